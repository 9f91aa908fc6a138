import { PtydScan, report } from 'ptyflow';

const scan = new PtydScan({ dfile: 'out/npy.ptyd' });
await scan.initialize();
console.log(report(await scan.auto(80)));
console.log(report(await scan.auto(80)));
console.log(await scan.auto(80));
