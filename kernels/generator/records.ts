/**
 * What the kernels and their callers tell each other in memory. Declared once; classes for the kernels and offsets for the
 * callers are made of it.
 */

export type FieldType = 'i32' | 'usize' | 'f32' | 'f64';

export interface RecordDeclaration {
  readonly name: string;
  readonly help: string;
  readonly fields: readonly (readonly [name: string, type: FieldType, help: string])[];
}

export const RECORDS: readonly RecordDeclaration[] = [
  {
    name: 'Stage',
    help: 'A stage of a transform.',
    fields: [
      ['radix', 'i32', '2, 3, 4, 5 or 8; any other where the stage is not the last'],
      ['m', 'i32', 'length of what is left to transform after it'],
      [
        'twiddles',
        'usize',
        'm·(radix − 1) complex factors; for the first stage of rows one of each for four lanes; for any other radix then its roots of unity',
      ],
    ],
  },
  {
    name: 'Transform',
    help: 'How waves of one shape go to the detector and back.',
    fields: [
      ['rows', 'i32', 'of a wave'],
      ['columns', 'i32', 'of a wave'],
      ['blocks', 'i32', 'of 4 columns in a row, the last one filled up with zeros'],
      ['pitch', 'usize', 'bytes from row to row of a wave being transformed'],
      ['group', 'i32', 'rows transformed at once: 1, or 4 where the columns do not come in sixteens'],
      ['rowFirst', 'usize', 'Stage that turns lanes into neighbours (group 1)'],
      ['rowStages', 'usize', 'Stage[], after the first one if group is 1'],
      ['rowStageCount', 'i32', ''],
      ['columnStages', 'usize', 'Stage[]'],
      ['columnStageCount', 'i32', ''],
      ['filter', 'usize', 'near field: factors in frequency space, panel by panel; far field: 0'],
      ['scale', 'f32', 'that makes the forward transform unitary'],
      ['first', 'usize', 'scratch for a panel or a group of rows'],
      ['second', 'usize', 'another one'],
      ['lines', 'usize', 'scratch for `group` rows'],
      ['lineBytes', 'usize', 'of a row without padding'],
    ],
  },
  {
    name: 'View',
    help: 'A view to work on.',
    fields: [
      ['frame', 'usize', '√I of the measured pixels, −1 where masked, in the order of the job'],
      ['weight', 'usize', 'statistical weights in the same order'],
      ['exit', 'usize', 'exit waves, mode after mode'],
      ['corner', 'usize', 'bytes from the start of an object layer to the window'],
      ['measured', 'f32', 'Σ m, at least 1'],
    ],
  },
  {
    name: 'Job',
    help: 'Views that share probe, object and modes.',
    fields: [
      ['transform', 'usize', 'Transform'],
      ['views', 'usize', 'View[]'],
      ['viewCount', 'i32', ''],
      ['modes', 'i32', ''],
      [
        'probes',
        'usize',
        'pointer to the probe layer of each mode, in blocks, with the phase of the sample plane',
      ],
      ['objects', 'usize', 'pointer to the object layer of each mode, complex64'],
      ['objectPitch', 'usize', 'bytes from row to row of an object layer'],
      ['waves', 'usize', 'padded waves, as many as a kernel transforms at once'],
      ['waveBytes', 'usize', 'from one to the next'],
      ['panels', 'usize', 'panels of these waves'],
      ['panelBytes', 'usize', 'from one to the next'],
      ['values', 'usize', 'scratch for three arrays of real numbers of a panel or of a line'],
      ['valueBytes', 'usize', 'from one to the next'],
      ['exitBytes', 'usize', 'of an exit wave'],
      ['byRows', 'i32', '1: frames lie row by row; 0: panel by panel, 8 columns each'],
      ['binning', 'i32', 'pixels of the wave along a side of a measured pixel'],
      ['weighted', 'i32', '1: statistical weights count; 0: all valid pixels weigh 1'],
      ['sums', 'usize', 'Sums'],
    ],
  },
  {
    name: 'Sums',
    help: 'Sums over views.',
    fields: [
      ['magnitude', 'f64', 'Fourier magnitude error'],
      ['photon', 'f64', 'photon error'],
      ['exit', 'f64', 'exit error'],
      ['residual', 'f64', 'Σ m|√M − √I|'],
      ['amplitude', 'f64', 'Σ m√I'],
      ['loss', 'f64', 'of the likelihood'],
      ['slope', 'f64', 'B₁ of the parabola of the loss'],
      ['curvature', 'f64', 'B₂ of that parabola'],
    ],
  },
];

const BYTES: Readonly<Record<FieldType, number>> = { i32: 4, usize: 4, f32: 4, f64: 8 };

/** Classes for the kernels. Fields are ordered as declared and need no gaps. */
export function kernelClasses(): string {
  return RECORDS.map(({ name, help, fields }) => {
    const lines = fields.map(([field, type, text]) => `  /** ${text} */\n  ${field}!: ${type};`);
    return `/** ${help} */\n@unmanaged\nexport class ${name} {\n${lines.join('\n')}\n}`;
  }).join('\n\n');
}

/** Offsets of the fields for the callers. */
export function recordLayouts(): string {
  return RECORDS.map(({ name, help, fields }) => {
    let offset = 0;
    const entries = fields.map(([field, type]) => {
      const entry = `    ${field}: { type: '${type}', offset: ${offset} },`;
      offset += BYTES[type];
      return entry;
    });
    const constant = name.toUpperCase();
    return `/** ${help} */\nexport const ${constant} = {\n  bytes: ${offset},\n  fields: {\n${entries.join('\n')}\n  },\n} as const;`;
  }).join('\n\n');
}
