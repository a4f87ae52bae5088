/** Takes the time of every call of an object that answers with a promise; the calls themselves stay as they are. */

export type TakeTime = (verb: string, seconds: number, failed: boolean) => void;

type Call = (...args: unknown[]) => unknown;

/** Objects in it are treated alike; their verbs are called `name.verb`. */
export function timeCalls<T extends object>(target: T, take: TakeTime, prefix = ""): T {
  const timed = Object.entries(target).map(([name, member]: [string, unknown]): [string, unknown] => {
    if (typeof member === "function")
      return [name, timeCall(target, member as Call, `${prefix}${name}`, take)];
    if (typeof member === "object" && member !== null)
      return [name, timeCalls(member, take, `${prefix}${name}.`)];
    return [name, member];
  });
  // The same names with the same kinds of values.
  return Object.fromEntries(timed) as T;
}

function timeCall(target: object, call: Call, verb: string, take: TakeTime): Call {
  return (...args) => {
    const begun = performance.now();
    const answer: unknown = Reflect.apply(call, target, args);
    if (!(answer instanceof Promise)) return answer;
    const note = (failed: boolean): void => take(verb, (performance.now() - begun) / 1000, failed);
    void answer.then(
      () => note(false),
      () => note(true),
    );
    return answer;
  };
}
