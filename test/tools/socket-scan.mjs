// A scan class of a user: frames come over a TCP connection, a line of JSON each, and nothing has a path.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { ndarray, parameters as p, QueueScan } from 'ptyflow';

export class SocketScan extends QueueScan {
  static parameters = p.extend(QueueScan.parameters, {
    port: p.param(p.int({ min: 1 }), { default: 1, help: 'Port of the detector.' }),
  });
  #looks = 0;
  #socket;

  changed(tell) {
    const { port } = this.info;
    this.#socket = connect(port, '127.0.0.1');
    let isOver = false;
    createInterface(this.#socket).on('line', (line) => {
      const { what, point, position, shape, counts } = JSON.parse(line);
      if (what === 'frame')
        this.push({ frame: ndarray('float64', shape, Float64Array.from(counts)), position, point });
      if (what === 'looks') this.#say({ looks: this.#looks });
      if (what === 'end') this.end();
      isOver ||= what === 'end';
    });
    this.#socket.on('close', () => {
      if (!isOver) this.fail(new Error(`port ${port} was closed in the middle of the scan`));
    });
    const leave = super.changed(tell);
    return () => {
      leave();
      this.#socket.destroy();
    };
  }

  async refresh() {
    this.#looks++;
    await super.refresh();
  }

  load(points) {
    this.#say({ loaded: points.length });
    return super.load(points);
  }

  #say(message) {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }
}
