/** What runs everywhere, browsers included: arrays, geometry, simulation, models, engines. */
export * from './errors.ts';
