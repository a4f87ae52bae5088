import type {
  BrokenCard,
  Card,
  CardRemark,
  CommandReading,
  CommandVerdict,
  Dependency,
} from "../../job/card-contract.ts";

/** One file that was looked at. */
export type Checked =
  | CheckedCard
  | { kind: "broken"; file: string; card: BrokenCard }
  /** Something else among the cards of a folder. */
  | { kind: "note"; file: string; card: BrokenCard }
  | { kind: "missing"; file: string };

export interface CheckedCard {
  kind: "card";
  /** As people name it from where they are. */
  file: string;
  card: Card;
  /** Of a card that was found in a folder; else empty. */
  dependencies: readonly Dependency[];
  judge: (command: CommandReading) => CommandVerdict;
  /** All of them, those that only the other cards tell included. */
  remarks: readonly CardRemark[];
}
