/** Several ranks in one thread, for tests of collective code: values are copied as they would be between processes. */
import type { Communicator } from '../../src/parallel/communicator.ts';

interface Meeting {
  readonly values: unknown[];
  missing: number;
  readonly done: Promise<unknown[]>;
  readonly open: (values: unknown[]) => void;
}

/** A communicator for each of `size` ranks; their collective calls meet in the order in which each makes them. */
export function localRanks(size: number): Communicator[] {
  const meetings: Meeting[] = [];
  const meet = async (rank: number, turn: number, value: unknown): Promise<unknown[]> => {
    if (meetings.length === turn) meetings.push(newMeeting(size));
    const meeting = meetings[turn];
    meeting.values[rank] = value;
    meeting.missing--;
    if (meeting.missing === 0) meeting.open(meeting.values);
    return structuredClone(await meeting.done);
  };
  return Array.from({ length: size }, (_, rank) => {
    let turns = 0;
    const all = (value?: unknown): Promise<unknown[]> => meet(rank, turns++, value);
    const communicator: Communicator = {
      rank,
      size,
      barrier: async () => {
        await all();
      },
      broadcast: async <T>(value: T, root = 0) => (await all(value))[root] as T,
      gather: async <T>(value: T, root = 0) => {
        const values = (await all(value)) as T[];
        return rank === root ? values : undefined;
      },
      allGather: async <T>(value: T) => (await all(value)) as T[],
      allReduce: () => Promise.reject(new Error('not needed where these ranks are used')),
      abort: (error) => {
        throw error;
      },
    };
    return communicator;
  });
}

function newMeeting(size: number): Meeting {
  let open: Meeting['open'] = () => undefined;
  const done = new Promise<unknown[]>((resolve) => {
    open = resolve;
  });
  return { values: [], missing: size, done, open };
}
