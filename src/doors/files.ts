/**
 * HDF5 files, prepared scans (`.ptyd`) and reconstructions (`.ptyr`). Needs Node.
 *
 * @module ptyflow/files
 */
export { h5info, type InfoEntry } from '../hdf5/info.ts';
export { openFile, type H5File } from '../hdf5/file.ts';
export { readTree, writeTree } from '../hdf5/encoding.ts';
export { PtydReader } from '../ptyd/reading/reader.ts';
export { validatePtyd } from '../ptyd/reading/validate.ts';
export { readPtyr, type PtyrContent } from '../ptyr/reader.ts';
export { writePtyr } from '../ptyr/writer.ts';
export { type IterationRecord, type Result, type ScanPositions, type StoredField } from '../ptyr/result.ts';
