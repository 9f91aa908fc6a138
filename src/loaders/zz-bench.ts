import { openFile } from '/work/main/src/hdf5/file.ts';
import { execFileSync } from 'node:child_process';
let t=performance.now();
const lap = (s: string) => { const n=performance.now(); console.log(s, (n-t).toFixed(0)); t=performance.now(); };
for (let i=0;i<4;i++) {
const py = execFileSync('/usr/bin/python3', ['-c', `
import h5py, time
t=time.perf_counter()
with h5py.File('/tmp/h5t/big.h5') as f: a=f['data'][:,128:384,128:384]
t1=time.perf_counter()
print((t1-t)*1000)`], { encoding: 'utf8' }).trim();
console.log('h5py', py);
t=performance.now();
const h = await openFile('/tmp/h5t/big.h5','r'); lap('open');
h.read('data',[{start:0,stop:1000},{start:128,stop:384},{start:128,stop:384}]); lap('read 1000');
for (const n of [250,100,50,20,10]) {
const out = new Uint16Array(1000*65536);
for (let k=0;k<1000;k+=n) out.set(h.read('data',[{start:k,stop:k+n},{start:128,stop:384},{start:128,stop:384}]).data as Uint16Array,k*65536); lap('read '+n);
}
h.close();
}
