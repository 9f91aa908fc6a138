/** Parameters: their declarations and types, those of scans and engines, and checks. `import { parameters } from 'ptyflow'`. */
export {
  defaults,
  extend,
  ignored,
  optionalGroup,
  param,
  switchedGroup,
  withDefaults,
  type Given,
  type Param,
  type ParamGroup,
  type Values,
} from '../params/declare.ts';
export {
  bool,
  choice,
  custom,
  either,
  float,
  int,
  list,
  mapping,
  nullable,
  pair,
  path,
  several,
  text,
  two,
  type ParamType,
  type PathRule,
  type Range,
} from '../params/types.ts';
export { SCAN_DATA, type ScanData } from '../params/scan-data.ts';
export { ENGINE_GROUPS } from '../params/engines.ts';
export { check, validate, type Checked, type CheckOptions } from '../params/validate.ts';
