// src/errors.ts
import { distance as editDistance } from "fastest-levenshtein";
var PtyflowError = class extends Error {
  constructor(message, options = {}) {
    super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
    this.name = new.target.name;
  }
};
var FileError = class extends PtyflowError {
  tag = "file";
  file;
  /** Entry in the file (HDF5 path, line, …), if one is meant. */
  entry;
  constructor(message, where, options = {}) {
    super(message, options);
    this.file = where.file;
    this.entry = where.entry;
  }
};
var DataError = class extends PtyflowError {
  tag = "data";
};
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
function nearest(given, candidates, limit = 3) {
  const wanted = given.toLowerCase();
  return candidates.map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) })).filter(
    ({ name, distance }) => distance <= Math.max(2, Math.ceil(Math.max(name.length, given.length) / 2))
  ).sort((a, b) => a.distance - b.distance).slice(0, limit).map(({ name }) => name);
}

// src/array/ndarray.ts
var CONSTRUCTORS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array
};
var DTYPES = Object.keys(CONSTRUCTORS);
function isComplex(dtype) {
  return dtype === "complex64" || dtype === "complex128";
}
function componentsOf(dtype) {
  return isComplex(dtype) ? 2 : 1;
}
function itemSize(dtype) {
  return CONSTRUCTORS[dtype].BYTES_PER_ELEMENT * componentsOf(dtype);
}
function sizeOf(shape) {
  return shape.reduce((product, n) => product * n, 1);
}
function viewBytes(dtype, buffer, byteOffset, length) {
  return new CONSTRUCTORS[dtype](buffer, byteOffset, length * componentsOf(dtype));
}
function ndarray(dtype, shape, data) {
  const expected = sizeOf(shape) * componentsOf(dtype);
  if (data.length !== expected) {
    throw new DataError(
      `array of shape [${shape.join(", ")}] ${dtype} needs ${expected} numbers, got ${data.length}`
    );
  }
  return { dtype, shape: [...shape], data };
}

// src/hdf5/module.ts
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
var TypeClass = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enum: 8,
  vlen: 9,
  array: 10,
  complex: 11
};
var MAX_UNWINDS = 200;
var Hdf5Library = class {
  #module;
  #diagnostics = [];
  #unwinds = 0;
  #lost;
  constructor(module) {
    this.#module = module;
    const write = module.FS.write.bind(module.FS);
    module.FS.write = (...args) => {
      const [stream, buffer, offset, length] = args;
      if (stream.fd !== 2) return write(...args);
      this.#diagnostics.push(Buffer.from(buffer.buffer, buffer.byteOffset + offset, length).toString());
      return length;
    };
  }
  /** False once the library has crashed or been worn out: open files anew with a fresh copy. */
  get usable() {
    return this.#lost === void 0 && this.#unwinds < MAX_UNWINDS;
  }
  get lost() {
    return this.#lost !== void 0;
  }
  /** The library's memory as it is now: it moves when it grows, so ask again after every call. */
  get heap() {
    return this.#module.HEAPU8;
  }
  /**
   * Runs `run` and returns what it returned. Throws a `FileError` beginning with `failure` if it threw, returned a
   * negative status, or the library reported anything.
   */
  call(where, failure, run) {
    const { value, problem, cause } = this.attempt(where, run);
    if (problem !== void 0) {
      throw new FileError(`${where.file}: ${failure}: ${problem}`, where, { cause });
    }
    return value;
  }
  /** As `call`, for calls whose failure is an answer: the problem is returned, not thrown. */
  attempt(where, run) {
    if (this.#lost !== void 0) {
      throw new FileError(
        `${where.file}: the HDF5 library stopped earlier (${this.#lost}); open the file again`,
        where
      );
    }
    this.#diagnostics = [];
    try {
      const value = run(this.#module);
      const failed = (typeof value === "number" || typeof value === "bigint") && value < 0;
      const problem = this.#diagnostics.length > 0 ? innermost(this.#diagnostics.join("")) : "the HDF5 library reports failure";
      return { value, problem: failed || this.#diagnostics.length > 0 ? problem : void 0 };
    } catch (cause) {
      const said = this.#diagnostics.length > 0 ? innermost(this.#diagnostics.join("")) : messageOf(cause);
      if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError)
        this.#abandon(messageOf(cause));
      else this.#unwinds += 1;
      return { value: void 0, problem: said, cause };
    }
  }
  /** Memory for `bytes` bytes, zeroed if asked, given back when `use` returns. */
  withMemory(where, bytes, use, zeroed = false) {
    const size = Math.max(bytes, 8);
    const address = this.call(where, "out of memory", (module) => module._malloc(size)) >>> 0;
    if (address === 0) {
      throw new FileError(`${where.file}: out of memory: ${size} bytes for one piece of data`, where);
    }
    if (zeroed) this.heap.fill(0, address, address + size);
    try {
      return use(address);
    } finally {
      if (!this.lost) this.#module._free(address);
    }
  }
  /** After a crash nothing in the library's memory can be trusted; only its file descriptors are given back. */
  #abandon(reason) {
    this.#lost = reason;
    for (const stream of this.#module.FS.streams.slice(3)) {
      if (stream === null || stream === void 0) continue;
      try {
        this.#module.FS.close(stream);
      } catch {
      }
    }
  }
};
function innermost(diagnostics) {
  const first = diagnostics.split("HDF5-DIAG").find((part) => part.includes("#000"));
  const messages = [...(first ?? diagnostics).matchAll(/#\d+: .*? in \w+\(\): (.*)/g)].map(
    (match) => match[1]
  );
  return messages.at(-1) ?? diagnostics.trim();
}
var current;
async function hdf5Library() {
  if (current !== void 0) {
    const library = await current;
    if (library.usable) return library;
  }
  current = start();
  return current;
}
async function start() {
  const factory = new URL("hdf5_util.js", import.meta.resolve("h5wasm/node")).href;
  const { default: create } = await import(
    /* @vite-ignore */
    factory
  );
  const module = await create({ noInitialRun: true });
  module.insert_plugin_search_path(pluginFolder(), 0);
  return new Hdf5Library("get_libver_bounds" in module ? module : forOlderRelease(module));
}
function pluginFolder() {
  return join(dirname(fileURLToPath(import.meta.resolve("h5wasm-plugins"))), "plugins");
}
var BUILT_IN_FILTERS = /* @__PURE__ */ new Set([1, 2, 3, 5, 6]);
var PLUGIN_FILTERS = {
  307: "bz2",
  32e3: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bshuf",
  32013: "zfp",
  32015: "zstd",
  32019: "jpeg",
  32022: "bitgroom",
  32023: "bitround",
  32026: "blosc2"
};
function filterAvailable(id) {
  if (BUILT_IN_FILTERS.has(id)) return true;
  return id in PLUGIN_FILTERS && existsSync(join(pluginFolder(), `libH5Z${PLUGIN_FILTERS[id]}.so`));
}
function forOlderRelease(module) {
  const old = module;
  const { create_dataset, create_attribute, create_vlen_str_dataset, create_vlen_str_attribute } = old;
  const refuse = (m) => {
    if (m.type === TypeClass.compound) throw new Error("complex numbers need h5wasm 0.10 or later");
  };
  const { open } = module;
  module.open = (file, mode, trackOrder) => open(file, mode, trackOrder);
  const kind = (m) => [m.type, m.size, m.signed, m.vlen];
  const extent = (m) => [m.shape, m.maxshape, m.chunks];
  module.create_dataset = (id, path, address, m) => {
    refuse(m);
    return create_dataset(
      id,
      path,
      address,
      ...extent(m),
      ...kind(m),
      m.compression,
      m.compression_opts,
      false
    );
  };
  module.create_attribute = (id, path, name, address, m) => {
    refuse(m);
    return create_attribute(id, path, name, address, m.shape, ...kind(m));
  };
  module.create_vlen_str_dataset = (id, path, values, m) => create_vlen_str_dataset(id, path, values, ...extent(m), ...kind(m), false);
  module.create_vlen_str_attribute = (id, path, name, values, m) => create_vlen_str_attribute(id, path, name, values, m.shape, ...kind(m));
  return module;
}

// src/hdf5/datatype.ts
var INTEGERS = {
  "1s": "int8",
  "1u": "uint8",
  "2s": "int16",
  "2u": "uint16",
  "4s": "int32",
  "4u": "uint32",
  "8s": "int64",
  "8u": "uint64"
};
var CLASS_NAMES = {
  2: "time",
  4: "bit field",
  5: "opaque",
  6: "compound",
  7: "reference",
  8: "enum",
  9: "variable-length"
};
function elementType(metadata) {
  const dtype = numericType(metadata);
  if (dtype !== void 0) return numbers(dtype);
  switch (metadata.type) {
    case TypeClass.string:
      return { kind: "text" };
    case TypeClass.float:
      if (metadata.size === 2) return { kind: "numbers", dtype: "float32", half: true, inner: [] };
      return { kind: "opaque", name: `float${8 * metadata.size}` };
    case TypeClass.integer:
      return { kind: "opaque", name: `${metadata.signed ? "int" : "uint"}${8 * metadata.size}` };
    case TypeClass.array: {
      const base = metadata.array_type;
      const inner = base === void 0 ? void 0 : numericType(base);
      if (base?.shape != null && inner !== void 0 && (base.littleEndian || base.size === 1)) {
        return numbers(inner, base.shape);
      }
      return { kind: "opaque", name: "array type" };
    }
    default:
      return { kind: "opaque", name: CLASS_NAMES[metadata.type] ?? `type class ${metadata.type}` };
  }
}
function numbers(dtype, inner = []) {
  return { kind: "numbers", dtype, half: false, inner };
}
function numericType(metadata) {
  const { type, size, signed } = metadata;
  if (type === TypeClass.integer || type === TypeClass.bitfield)
    return INTEGERS[`${size}${signed ? "s" : "u"}`];
  if (type === TypeClass.float) return size === 4 ? "float32" : size === 8 ? "float64" : void 0;
  if (type === TypeClass.complex) return size === 8 ? "complex64" : size === 16 ? "complex128" : void 0;
  if (type === TypeClass.compound) return complexType(metadata);
  if (type === TypeClass.enum && metadata.enum_type !== void 0) {
    const { members } = metadata.enum_type;
    const isBool = size === 1 && Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
    if (isBool) return "bool";
    return metadata.littleEndian || size === 1 ? INTEGERS[`${size}${signed ? "s" : "u"}`] : void 0;
  }
  return void 0;
}
function complexType(metadata) {
  const members = metadata.compound_type?.members ?? [];
  if (members.length !== 2) return void 0;
  const [r, i] = members;
  if (r.name !== "r" || i.name !== "i" || r.type !== TypeClass.float || i.type !== TypeClass.float)
    return void 0;
  if (r.size !== i.size || r.offset !== 0 || i.offset !== r.size || metadata.size !== 2 * r.size)
    return void 0;
  return r.size === 4 ? "complex64" : r.size === 8 ? "complex128" : void 0;
}
function float(size) {
  return { type: TypeClass.float, size, signed: true, vlen: false };
}
function newType(dtype) {
  switch (dtype) {
    case "float32":
      return float(4);
    case "float64":
      return float(8);
    case "complex64":
    case "complex128": {
      const part = dtype === "complex64" ? 4 : 8;
      const members = [
        { ...float(part), name: "r", offset: 0 },
        { ...float(part), name: "i", offset: part }
      ];
      const compound_type = { nmembers: 2, members };
      return { type: TypeClass.compound, size: 2 * part, signed: false, vlen: false, compound_type };
    }
    case "bool":
      return { type: TypeClass.integer, size: 1, signed: false, vlen: false };
    default: {
      const size = Number(/\d+/.exec(dtype)?.[0]) / 8;
      return { type: TypeClass.integer, size, signed: !dtype.startsWith("u"), vlen: false };
    }
  }
}
var UNLIMITED = 18446744073709551615n;
function newNumbers(dtype, extent) {
  return { ...newType(dtype), ...newExtent(extent) };
}
function newText(shape) {
  return { type: TypeClass.string, size: 4, signed: false, vlen: true, ...newExtent({ shape }) };
}
function newExtent({ shape, maxShape, chunks, filter }) {
  return {
    shape: shape.map(BigInt),
    maxshape: (maxShape ?? shape).map((n) => n === null ? UNLIMITED : BigInt(n)),
    chunks: chunks === void 0 ? null : chunks.map(BigInt),
    compression: filter?.id ?? 0,
    compression_opts: [...filter?.settings ?? []]
  };
}
function decode(element, shape, buffer) {
  const whole = [...shape, ...element.inner];
  const length = whole.reduce((product, n) => product * n, 1);
  if (element.half) {
    return {
      dtype: "float32",
      shape: whole,
      data: Float32Array.from(new Uint16Array(buffer, 0, length), halfToNumber)
    };
  }
  return { dtype: element.dtype, shape: whole, data: viewBytes(element.dtype, buffer, 0, length) };
}
function halfToNumber(bits) {
  const sign = bits & 32768 ? -1 : 1;
  const exponent = bits >> 10 & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// src/hdf5/slab.ts
var PIECE_BYTES = 2 ** 27;
function slabOf(shape, selection, where) {
  const ranges = selection ?? [];
  const valid = ranges.every(({ start: start2, stop, step = 1 }, axis) => {
    const whole = [start2, stop, step].every(Number.isSafeInteger);
    return whole && axis < shape.length && start2 >= 0 && start2 <= stop && stop <= shape[axis] && step >= 1;
  });
  if (!valid) {
    const asked = ranges.map(
      ({ start: start2, stop, step }) => `${start2}:${stop}${step === void 0 ? "" : `:${step}`}`
    );
    throw new FileError(
      `${where.file}: selection [${asked.join(", ")}] does not lie within '${where.entry}' of shape [${shape.join(", ")}]`,
      where
    );
  }
  const axes = shape.map((n, axis) => ranges.at(axis) ?? { start: 0, stop: n });
  return {
    start: axes.map(({ start: start2 }) => start2),
    step: axes.map(({ step }) => step ?? 1),
    count: axes.map(({ start: start2, stop, step = 1 }) => Math.ceil((stop - start2) / step))
  };
}
function* pieces(slab, elementBytes, chunks, limit = PIECE_BYTES) {
  const { count, start: start2, step } = slab;
  const rank = count.length;
  let axis = rank;
  let inner = 1;
  while (axis > 0 && inner * count[axis - 1] * elementBytes <= limit) {
    axis -= 1;
    inner *= count[axis];
  }
  const cut = axis - 1;
  const whole = count.map((n, k) => k <= cut ? 1 : n);
  const along = cut < 0 ? 1 : count[cut];
  const most = Math.max(1, Math.floor(limit / (inner * elementBytes)));
  const outer = count.slice(0, Math.max(0, cut)).reduce((product, n) => product * n, 1);
  for (let o = 0; o < outer; o++) {
    const index = start2.slice();
    for (let k = cut - 1, rest = o; k >= 0; rest = Math.floor(rest / count[k]), k--) {
      index[k] = start2[k] + rest % count[k] * step[k];
    }
    for (let position = 0; position < along; ) {
      let stop = Math.min(along, position + most);
      if (cut >= 0) {
        index[cut] = start2[cut] + position * step[cut];
        const chunk = chunks?.[cut] ?? 1;
        if (stop < along && step[cut] === 1) {
          const border = Math.floor((start2[cut] + stop) / chunk) * chunk - start2[cut];
          if (border > position) stop = border;
        }
      }
      const elements = (stop - position) * inner;
      yield {
        first: (o * along + position) * inner,
        elements,
        offset: index.map(BigInt),
        count: whole.map((n, k) => BigInt(k === cut ? stop - position : n))
      };
      position = stop;
    }
  }
}
function readSlab(handle, path, metadata, slab, whole) {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const { size } = metadata;
  const elements = slab.count.reduce((product, n) => product * n, 1);
  if (elements === 0) return new ArrayBuffer(0);
  let result;
  const bytes = elements * size;
  if (bytes > PIECE_BYTES) {
    try {
      result = new ArrayBuffer(bytes);
    } catch (cause) {
      throw new FileError(`${file}: '${path}' is too large to read at once: ${bytes} bytes`, where, {
        cause
      });
    }
  }
  const steps = slab.step.map(BigInt);
  for (const piece of pieces(slab, size, metadata.chunks)) {
    const part = piece.elements * size;
    library.withMemory(where, part, (address) => {
      library.call(
        where,
        `cannot read '${path}'`,
        (m) => whole && part === bytes ? m.get_dataset_data(id, path, null, null, null, BigInt(address)) : m.get_dataset_data(id, path, piece.count, piece.offset, steps, BigInt(address))
      );
      const read = library.heap.subarray(address, address + part);
      if (result === void 0) result = read.slice().buffer;
      else new Uint8Array(result, piece.first * size, part).set(read);
    });
  }
  return result ?? new ArrayBuffer(0);
}
function bytesOf({ data }) {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
function writeSlab(handle, path, metadata, slab, array) {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const { count } = slab;
  if (array.shape.length !== count.length || array.shape.some((n, axis) => n !== count[axis])) {
    throw new DataError(
      `${file}: array of shape [${array.shape.join(", ")}] does not fit the selected [${count.join(", ")}] of '${path}'`
    );
  }
  const size = itemSize(array.dtype);
  const bytes = bytesOf(array);
  const steps = slab.step.map(BigInt);
  if (bytes.length === 0) return;
  for (const piece of pieces(slab, size, metadata.chunks)) {
    library.withMemory(where, piece.elements * size, (address) => {
      library.heap.set(bytes.subarray(piece.first * size, (piece.first + piece.elements) * size), address);
      library.call(
        where,
        `cannot write '${path}'`,
        (m) => count.length === 0 ? m.set_dataset_data(id, path, null, null, null, BigInt(address)) : m.set_dataset_data(id, path, piece.count, piece.offset, steps, BigInt(address))
      );
    });
  }
}

// src/hdf5/text.ts
var SPACE_PADDED = 2;
function readStrings(handle, path, metadata, name) {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const what = name === void 0 ? `'${path}'` : `attribute '${name}' of '${path}'`;
  const { total_size: count, size } = metadata;
  if (metadata.shape === null || count === 0) return [];
  const read = (address) => {
    library.call(
      where,
      `cannot read ${what}`,
      (m) => name === void 0 ? m.get_dataset_data(id, path, null, null, null, BigInt(address)) : m.get_attribute_data(id, path, name, BigInt(address))
    );
    const strings = metadata.vlen ? fromAddresses : fromBytes;
    const result = library.call(where, `cannot read ${what}`, (m) => strings(m, address, count, metadata));
    if (metadata.vlen) {
      library.call(
        where,
        `cannot read ${what}`,
        (m) => m.reclaim_vlen_memory(id, path, name ?? "", BigInt(address))
      );
    }
    return result;
  };
  return library.withMemory(where, count * size, read, true);
}
function fromAddresses(module, address, count) {
  const addresses = new Uint32Array(module.HEAPU8.buffer, address, count);
  return Array.from(addresses, (at) => module.UTF8ToString(at));
}
function fromBytes(module, address, count, { size, strpad }) {
  const decoder = new TextDecoder();
  return Array.from({ length: count }, (_, i) => {
    const bytes = module.HEAPU8.slice(address + i * size, address + (i + 1) * size);
    const end = bytes.indexOf(0);
    const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
    return strpad === SPACE_PADDED ? text.replace(/ +$/, "") : text;
  });
}
function checkText(text, where) {
  if (text.includes("\0"))
    throw new DataError(`${where}: text with a NUL character cannot be stored in HDF5`);
  if (/\p{Surrogate}/u.test(text)) {
    throw new DataError(`${where}: text with half a surrogate pair cannot be stored as UTF-8`);
  }
  return text;
}

// src/hdf5/attribute.ts
function readAttributes(handle, path) {
  const attributes = {};
  for (const name of attributeNames(handle, path)) {
    const value = readAttribute(handle, path, name);
    if (value !== void 0) attributes[name] = value;
  }
  return attributes;
}
function attributeNames({ library, id, file }, path) {
  return library.call(
    { file, entry: path },
    `cannot list the attributes of '${path}'`,
    (m) => m.get_attribute_names(id, path)
  );
}
function readAttribute(handle, path, name) {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const failure = `cannot read attribute '${name}' of '${path}'`;
  const metadata = library.call(where, failure, (m) => m.get_attribute_metadata(id, path, name));
  const element = elementType(metadata);
  if (element.kind === "opaque") return void 0;
  if (element.kind === "text") {
    const strings = readStrings(handle, path, metadata, name);
    return metadata.shape?.length === 0 ? strings[0] : strings;
  }
  const bytes = metadata.shape === null ? 0 : metadata.total_size * metadata.size;
  const buffer = library.withMemory(where, bytes, (address) => {
    if (bytes > 0) library.call(where, failure, (m) => m.get_attribute_data(id, path, name, BigInt(address)));
    return library.heap.slice(address, address + bytes).buffer;
  });
  return simplest(decode(element, metadata.shape ?? [0], buffer));
}
function simplest(array) {
  if (array.shape.length > 0 || componentsOf(array.dtype) === 2) return array;
  const value = array.data[0];
  if (array.dtype === "bool") return value !== 0;
  return Number.isSafeInteger(Number(value)) || typeof value === "number" ? Number(value) : array;
}
function writeAttribute(handle, path, name, value) {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const failure = `cannot write attribute '${name}' of '${path}'`;
  if (attributeNames(handle, path).includes(name)) {
    library.call(where, failure, (m) => m.delete_attribute(id, path, name));
  }
  if (typeof value === "string" || Array.isArray(value)) {
    const strings = [value].flat().map((text) => checkText(text, `${file}: ${path}@${name}`));
    const shape = typeof value === "string" ? [] : [strings.length];
    library.call(where, failure, (m) => m.create_vlen_str_attribute(id, path, name, strings, newText(shape)));
    return;
  }
  const array = typeof value === "object" ? value : scalar(value);
  const bytes = bytesOf(array);
  library.withMemory(where, bytes.length, (address) => {
    library.heap.set(bytes, address);
    library.call(
      where,
      failure,
      (m) => m.create_attribute(id, path, name, BigInt(address), newNumbers(array.dtype, { shape: array.shape }))
    );
  });
}
function scalar(value) {
  if (typeof value === "boolean") return ndarray("bool", [], Uint8Array.of(value ? 1 : 0));
  if (Number.isSafeInteger(value)) return ndarray("int64", [], BigInt64Array.of(BigInt(value)));
  return ndarray("float64", [], Float64Array.of(value));
}

// src/hdf5/filters.ts
import { existsSync as existsSync2 } from "node:fs";
import { dirname as dirname2, resolve } from "node:path";
var FILTERS = {
  gzip: { id: 1, settings: [4] },
  bslz4: { id: 32008, settings: [0, 2] }
};
function newLayout(dtype, shape, options) {
  const { chunks, compression = "none", maxShape } = options;
  const scalar2 = shape.length === 0;
  const chunked = !scalar2 && (chunks !== void 0 || compression !== "none" || maxShape !== void 0);
  return {
    shape,
    ...maxShape === void 0 || scalar2 ? {} : { maxShape },
    ...chunked ? { chunks: chunks ?? guessChunks(dtype, shape) } : {},
    ...compression === "none" || scalar2 ? {} : { filter: FILTERS[compression] }
  };
}
var CHUNK_BYTES = 2 ** 20;
function guessChunks(dtype, shape) {
  const extents = shape.map((n) => Math.max(1, n));
  if (extents.length > 2) return extents.map((n, axis) => axis < extents.length - 2 ? 1 : n);
  const rest = extents.slice(1).reduce((product, n) => product * n, itemSize(dtype));
  const first = Math.max(1, Math.min(Math.max(extents[0], 1024), Math.floor(CHUNK_BYTES / rest)));
  return [first, ...extents.slice(1)];
}
var NAMES = {
  1: "gzip",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  307: "bzip2",
  32e3: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32013: "zfp",
  32015: "zstd",
  32026: "blosc2"
};
function filterName({ id, name }) {
  return NAMES[id] ?? (name === "" ? `filter ${id}` : name);
}
function filtersOf({ library, id, file }, path) {
  return library.call(
    { file, entry: path },
    `cannot read the filters of '${path}'`,
    (m) => m.get_dataset_filters(id, path)
  );
}
function requireReadable(handle, path, metadata) {
  if (handle.readable.has(path)) return;
  const where = { file: handle.file, entry: path };
  for (const filter of metadata.chunks === null ? [] : filtersOf(handle, path)) {
    if (!filterAvailable(filter.id)) {
      throw new FileError(
        `${handle.file}: '${path}' is compressed with ${filterName(filter)} (HDF5 filter ${filter.id}), which is not available here`,
        where
      );
    }
  }
  for (const { file_name: source } of metadata.virtual_sources ?? []) {
    if (source === "." || source.includes("%")) continue;
    if (!existsSync2(resolve(dirname2(handle.absolute), source))) {
      throw new FileError(
        `${handle.file}: source '${source}' of virtual dataset '${path}' does not exist`,
        where
      );
    }
  }
  handle.readable.add(path);
}

// src/hdf5/handle.ts
import { closeSync, existsSync as existsSync3, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname as dirname3, isAbsolute, resolve as resolve2 } from "node:path";
var MODES = { r: 0, "r+": 1, w: 2 };
var DEFAULT_FORMAT = -1;
function openHandle(library, file, mode) {
  const absolute = resolve2(file);
  if (mode !== "w") requireSignature(file, absolute);
  const id = library.call(
    { file },
    mode === "w" ? "cannot create" : "cannot open",
    (m) => m.open(absolute, MODES[mode], false, DEFAULT_FORMAT, DEFAULT_FORMAT)
  );
  return { library, id, file, absolute, mode, known: /* @__PURE__ */ new Map([["/", "group"]]), readable: /* @__PURE__ */ new Set() };
}
var SIGNATURE = Buffer.from("\x89HDF\r\n\n", "latin1");
function requireSignature(file, absolute) {
  let found = false;
  try {
    const descriptor = openSync(absolute, "r");
    try {
      const { size } = fstatSync(descriptor);
      const start2 = Buffer.alloc(SIGNATURE.length);
      for (let at = 0; !found && at + SIGNATURE.length <= size; at = at === 0 ? 512 : 2 * at) {
        readSync(descriptor, start2, 0, start2.length, at);
        found = start2.equals(SIGNATURE);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const code = cause.code;
    const reason = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder, not an HDF5 file" : `cannot be opened: ${messageOf(cause)}`;
    throw new FileError(`${file} ${reason}`, { file }, { cause });
  }
  if (!found)
    throw new FileError(`${file} is not an HDF5 file: it does not hold the HDF5 signature`, { file });
}
function linkAt(handle, path) {
  const known = handle.known.get(path);
  if (known !== void 0) return { kind: known };
  const where = { file: handle.file, entry: path };
  const external = handle.library.attempt(where, (m) => m.get_external_link(handle.id, path)).value;
  if (external?.filename !== void 0) {
    return { kind: "external", file: external.filename, path: external.obj_path ?? "/" };
  }
  const soft = handle.library.attempt(where, (m) => m.get_symbolic_link(handle.id, path)).value;
  if (typeof soft === "string") return { kind: "soft", path: soft };
  const type = handle.library.attempt(where, (m) => m.get_type(handle.id, path)).value ?? -1;
  const kind = ["group", "dataset", "datatype"].at(type < 0 ? 3 : type);
  if (kind === void 0) return { kind: "missing" };
  handle.known.set(path, kind);
  return { kind };
}
function split(path) {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
var MAX_LINKS = 64;
function locate(start2, path, openTarget) {
  let handle = start2;
  let at = [];
  let pending = split(path).map((name) => ({ name, linked: false }));
  let links = 0;
  for (let next = pending.shift(); next !== void 0; next = pending.shift()) {
    const here = `/${[...at, next.name].join("/")}`;
    const link = linkAt(handle, here);
    if (link.kind === "missing") {
      return {
        handle,
        path: [here, ...pending.map(({ name }) => name)].join("/"),
        kind: next.linked ? "dangling" : "missing"
      };
    }
    if (link.kind !== "soft" && link.kind !== "external") {
      at.push(next.name);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return { handle, path: here, kind: "dangling" };
    if (link.kind === "external") {
      const target = targetFile(handle, link.file);
      if (target === void 0) return { handle, path: here, kind: "dangling" };
      handle = target === handle.absolute ? handle : openTarget(target);
    }
    if (link.kind === "external" || link.path.startsWith("/")) at = [];
    pending = [...split(link.path).map((name) => ({ name, linked: true })), ...pending];
  }
  const whole = `/${at.join("/")}`;
  const kind = linkAt(handle, whole).kind;
  return { handle, path: whole, kind };
}
function targetFile(from, file) {
  const folders = [dirname3(from.absolute)];
  try {
    folders.push(dirname3(realpathSync(from.absolute)));
  } catch {
  }
  const candidates = folders.map((folder) => resolve2(folder, file));
  if (isAbsolute(file)) candidates.push(...folders.map((folder) => resolve2(folder, basename(file))));
  return candidates.find((candidate) => existsSync3(candidate));
}

// src/hdf5/file.ts
async function openFile(path, mode) {
  return new H5File(openHandle(await hdf5Library(), path, mode));
}
var H5File = class {
  path;
  #main;
  #targets = /* @__PURE__ */ new Map();
  #open = true;
  constructor(handle) {
    this.path = handle.file;
    this.#main = handle;
  }
  /** Closes the file and every file its links led to. Closing twice does nothing. */
  close() {
    if (!this.#open) return;
    this.#open = false;
    for (const { library, id, file } of [...this.#targets.values(), this.#main]) {
      if (!library.lost) library.call({ file }, "cannot close", (m) => m.close_file(id));
    }
  }
  /** Hands everything written so far to the operating system: what follows, even a kill, leaves it readable. */
  flush() {
    this.#call("", "cannot flush", (m, id) => m.flush(id));
  }
  /** Names in a group, links included, in the file's order. */
  keys(path = "/") {
    const { handle, path: at } = this.#find(path, "group");
    return handle.library.call(
      { file: handle.file, entry: at },
      `cannot list '${at}'`,
      (m) => m.get_names(handle.id, at, false)
    );
  }
  kind(path) {
    return this.#locate(path).kind;
  }
  /** Where `path` leads in the end, links followed: the file and the place in it, to tell whether two paths meet. */
  target(path) {
    const { handle, path: at } = this.#locate(path);
    return `${handle.absolute}:${at}`;
  }
  attributes(path) {
    const { handle, path: at } = this.#find(path);
    return readAttributes(handle, at);
  }
  /** Sets or replaces an attribute. Whole numbers are stored as int64, others as float64, booleans as uint8. */
  setAttribute(path, name, value) {
    const { handle, path: at } = this.#find(path);
    this.#requireWritable(handle, at);
    writeAttribute(handle, at, name, value);
  }
  info(path) {
    const { handle, path: at } = this.#find(path, "dataset");
    const metadata = this.#metadata(handle, at);
    const element = elementType(metadata);
    const inner = element.kind === "numbers" ? element.inner : [];
    return {
      shape: [...metadata.shape ?? [0], ...inner],
      dtype: element.kind === "numbers" ? element.dtype : element.kind === "text" ? "string" : "opaque",
      ...element.kind === "opaque" ? { opaque: element.name } : {},
      chunks: metadata.chunks,
      filters: metadata.chunks === null ? [] : filtersOf(handle, at).map(filterName),
      contiguous: metadata.chunks === null && metadata.virtual_sources === void 0
    };
  }
  /**
   * The numbers of a dataset, or of a selection of it, in their own element type (float16 as float32). Throws a
   * `FileError` for text and opaque types, for data that is not all there, and for filters that are not available.
   */
  read(path, selection) {
    const { handle, path: at } = this.#find(path, "dataset");
    const metadata = this.#metadata(handle, at);
    const element = elementType(metadata);
    if (element.kind !== "numbers") throw notNumbers(handle.file, at, element);
    requireReadable(handle, at, metadata);
    const slab = slabOf(metadata.shape ?? [0], selection, { file: handle.file, entry: at });
    const buffer = readSlab(handle, at, metadata, slab, selection === void 0);
    return decode(element, slab.count, buffer);
  }
  /** The text of a dataset: one string for a scalar, else all strings in C order. */
  readText(path) {
    const { handle, path: at } = this.#find(path, "dataset");
    const metadata = this.#metadata(handle, at);
    const element = elementType(metadata);
    if (element.kind !== "text") {
      const found = element.kind === "numbers" ? `numbers (${element.dtype})` : `a ${element.name}`;
      throw new FileError(`${handle.file}: '${at}' holds ${found}, not text`, {
        file: handle.file,
        entry: at
      });
    }
    requireReadable(handle, at, metadata);
    const strings = readStrings(handle, at, metadata);
    return metadata.shape?.length === 0 ? strings[0] : strings;
  }
  /** Makes a group and the groups above it; one that is there already is left as it is. */
  createGroup(path) {
    const names = split(path);
    for (let depth = 1; depth <= names.length; depth++) {
      const above = names.slice(0, depth).join("/");
      const kind = this.kind(above);
      if (kind === "group") continue;
      const at = this.#newEntry(above);
      this.#call(at, `cannot create group '${at}'`, (m, id) => m.create_group(id, at, false));
    }
  }
  /**
   * Makes a dataset without writing its data: contiguous unless compressed, growing or chunked by request. Bools are
   * stored as uint8, because the library cannot create HDF5 enums.
   */
  createDataset(path, dtype, shape, options = {}) {
    const at = this.#newEntry(path);
    const metadata = newNumbers(dtype, newLayout(dtype, shape, options));
    if (sizeOf(shape) === 0) {
      this.#createWith(at, metadata, new Uint8Array(0));
      return;
    }
    const where = { file: this.path, entry: at };
    const { library, id } = this.#main;
    const { problem } = library.attempt(where, (m) => m.create_dataset(id, at, 0n, metadata));
    if (linkAt(this.#main, at).kind !== "dataset" || !/^no (in|out)put buffer/.test(problem ?? "")) {
      throw new FileError(`${this.path}: cannot create '${at}': ${problem ?? "unknown reason"}`, where);
    }
  }
  #createWith(at, metadata, bytes) {
    const { library } = this.#main;
    library.withMemory({ file: this.path, entry: at }, bytes.length, (address) => {
      library.heap.set(bytes, address);
      this.#call(at, `cannot create '${at}'`, (m, id) => m.create_dataset(id, at, BigInt(address), metadata));
    });
  }
  /** Changes the extent of a dataset made with `maxShape`. */
  resize(path, shape) {
    const { handle, path: at } = this.#find(path, "dataset");
    this.#requireWritable(handle, at);
    this.#call(
      at,
      `cannot resize '${at}' to [${shape.join(", ")}]`,
      (m, id) => m.resize_dataset(id, at, shape.map(BigInt))
    );
  }
  /**
   * Writes an array over a dataset or a selection of it, of the same element type. A dataset that is not there is made,
   * contiguous, if there is no selection.
   */
  write(path, array, selection) {
    if (selection === void 0 && this.kind(path) === "missing") {
      const bytes = bytesOf(array);
      if (bytes.length <= SMALL_BYTES) {
        this.#createWith(this.#newEntry(path), newNumbers(array.dtype, { shape: array.shape }), bytes);
        return;
      }
      this.createDataset(path, array.dtype, array.shape);
    }
    const { handle, path: at } = this.#find(path, "dataset");
    this.#requireWritable(handle, at);
    const metadata = this.#metadata(handle, at);
    const element = elementType(metadata);
    if (element.kind !== "numbers") throw notNumbers(handle.file, at, element);
    if (element.half || storedAs(array.dtype) !== storedAs(element.dtype)) {
      throw new DataError(`${handle.file}: cannot write ${array.dtype} into '${at}' of ${element.dtype}`);
    }
    writeSlab(
      handle,
      at,
      metadata,
      slabOf(metadata.shape ?? [0], selection, { file: handle.file, entry: at }),
      array
    );
  }
  /** Makes a dataset of variable-length UTF-8 text: a scalar, or a list. */
  createText(path, text) {
    const at = this.#newEntry(path);
    const strings = [text].flat().map((line) => checkText(line, `${this.path}: ${at}`));
    const metadata = newText(typeof text === "string" ? [] : [strings.length]);
    this.#call(at, `cannot create '${at}'`, (m, id) => m.create_vlen_str_dataset(id, at, strings, metadata));
  }
  /** Makes a link to `targetPath` in another file, named relative to the folder of this one. It need not exist yet. */
  createExternalLink(path, targetFile2, targetPath) {
    const at = this.#newEntry(path);
    this.#call(
      at,
      `cannot create link '${at}'`,
      (m, id) => m.create_external_link(id, targetFile2, targetPath, at)
    );
  }
  /** What the external link at `path` says, followed or not; undefined when it is no external link. */
  externalLink(path) {
    const names = split(path);
    const name = names.pop();
    const parent = this.#locate(names.join("/"));
    if (name === void 0 || parent.kind !== "group") return void 0;
    const link = linkAt(parent.handle, join2(parent.path, name));
    return link.kind === "external" ? { file: link.file, path: link.path } : void 0;
  }
  #call(entry, failure, run) {
    this.#requireOpen();
    const { library, id, file } = this.#main;
    return library.call({ file, entry }, failure, (m) => run(m, id));
  }
  #requireOpen() {
    if (!this.#open) throw new FileError(`${this.path}: the file is closed`, { file: this.path });
  }
  #locate(path) {
    this.#requireOpen();
    return locate(this.#main, path, (file) => this.#target(file));
  }
  #target(file) {
    if (file === this.#main.absolute) return this.#main;
    const handle = this.#targets.get(file) ?? openHandle(this.#main.library, file, "r");
    this.#targets.set(file, handle);
    return handle;
  }
  /** The object at `path`, or an error that says what is there instead. */
  #find(path, wanted) {
    const located = this.#locate(path);
    const { kind, handle } = located;
    const where = { file: this.path, entry: path };
    if (kind === "missing") throw new FileError(`${this.path}: no entry '${path}'${this.#hint(path)}`, where);
    if (kind === "dangling") {
      throw new FileError(
        `${this.path}: '${path}' is a link whose target does not exist (in ${handle.file}: '${located.path}')`,
        where
      );
    }
    if (wanted !== void 0 && kind !== wanted) {
      throw new FileError(`${this.path}: '${path}' is a ${kind}, not a ${wanted}`, where);
    }
    return located;
  }
  /** The names a wrong path may have meant, in the deepest group of it that is there. */
  #hint(path) {
    const names = split(path);
    for (let depth = names.length - 1; depth >= 0; depth--) {
      const above = `/${names.slice(0, depth).join("/")}`;
      if (this.#locate(above).kind !== "group") continue;
      const keys = this.keys(above);
      const close = nearest(names[depth], keys);
      if (close.length > 0)
        return `; did you mean ${close.map((key) => `'${join2(above, key)}'`).join(" or ")}?`;
      return keys.length === 0 ? `; '${above}' is empty` : `; '${above}' holds ${keys.slice(0, 8).join(", ")}${keys.length > 8 ? ", \u2026" : ""}`;
    }
    return "";
  }
  #metadata({ library, id, file }, path) {
    return library.call(
      { file, entry: path },
      `cannot read the header of '${path}'`,
      (m) => m.get_dataset_metadata(id, path)
    );
  }
  /** The place of a new entry, where nothing is yet. The groups above it are made; they must be of this very file. */
  #newEntry(path) {
    const names = split(path);
    const name = names.pop();
    const kind = this.kind(path);
    if (name === void 0 || kind !== "missing") {
      throw new FileError(`${this.path}: cannot create '${path}': there is a ${kind} already`, {
        file: this.path,
        entry: path
      });
    }
    this.#requireWritable(this.#main, path);
    this.createGroup(names.join("/"));
    const parent = this.#locate(names.join("/"));
    this.#requireWritable(parent.handle, path);
    return join2(parent.path, name);
  }
  #requireWritable(handle, entry) {
    this.#requireOpen();
    if (handle.mode === "r") {
      throw new FileError(`${handle.file}: cannot write '${entry}': the file is open for reading`, {
        file: handle.file,
        entry
      });
    }
  }
};
function notNumbers(file, entry, element) {
  const found = element.kind === "text" ? "text" : element.kind === "opaque" ? `a type that cannot be read here (${element.name})` : element.dtype;
  return new FileError(`${file}: '${entry}' holds ${found}, not numbers`, { file, entry });
}
function join2(group, name) {
  return group === "/" ? `/${name}` : `${group}/${name}`;
}
var SMALL_BYTES = 2 ** 20;
function storedAs(dtype) {
  return dtype === "bool" ? "uint8" : dtype;
}

// src/loaders/zz-bench.ts
import { execFileSync } from "node:child_process";
var t = performance.now();
var lap = (s) => {
  const n = performance.now();
  console.log(s, (n - t).toFixed(0));
  t = performance.now();
};
for (let i = 0; i < 4; i++) {
  const py = execFileSync("/usr/bin/python3", ["-c", `
import h5py, time
t=time.perf_counter()
with h5py.File('/tmp/h5t/big.h5') as f: a=f['data'][:,128:384,128:384]
t1=time.perf_counter()
print((t1-t)*1000)`], { encoding: "utf8" }).trim();
  console.log("h5py", py);
  t = performance.now();
  const h = await openFile("/tmp/h5t/big.h5", "r");
  lap("open");
  h.read("data", [{ start: 0, stop: 1e3 }, { start: 128, stop: 384 }, { start: 128, stop: 384 }]);
  lap("read 1000");
  for (const n of [250, 100, 50, 20, 10]) {
    const out = new Uint16Array(1e3 * 65536);
    for (let k = 0; k < 1e3; k += n) out.set(h.read("data", [{ start: k, stop: k + n }, { start: 128, stop: 384 }, { start: 128, stop: 384 }]).data, k * 65536);
    lap("read " + n);
  }
  h.close();
}
