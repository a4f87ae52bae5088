import { useEffect, useState } from "react";
import { useServer } from "../data/server.tsx";
import { totalsOf } from "../data/totals.ts";
import { SILENCE, speak } from "./speak-progress.ts";

/** Tells a screen reader how the downloads are getting on; nobody sees it. */
export function SpokenProgress() {
  const { live } = useServer();
  const [words, setWords] = useState("");
  useEffect(() => {
    let speech = SILENCE;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      const { jobs, ready } = live.getSnapshot();
      if (!ready || jobs === speech.jobs) return;
      tell();
    };
    const tell = (): void => {
      const { jobs } = live.getSnapshot();
      const now = Date.now();
      const told = speak(speech, jobs, totalsOf(jobs).percent, now);
      speech = told.speech;
      clearTimeout(timer);
      if (told.words !== null) setWords(told.words);
      if (told.dueAt !== null) timer = setTimeout(tell, told.dueAt - now);
    };
    look();
    const leave = live.subscribe(look);
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [live]);
  return (
    <div className="visually-hidden" role="status" data-spoken>
      {words}
    </div>
  );
}
