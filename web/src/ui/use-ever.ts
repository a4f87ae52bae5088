import { useState } from "react";

/** Whether it was so at any time: what was opened once stays, so that it can be seen to go. */
export function useEver(now: boolean): boolean {
  const [was, setWas] = useState(now);
  if (now && !was) setWas(true);
  return was || now;
}
