/**
 * For a button that becomes another one when it is pressed: the second press of a double click was meant for the first,
 * and would take back what that has done.
 */
export function pressOnce(act: () => void): (event: { detail: number }) => void {
  return ({ detail }) => {
    if (detail < 2) act();
  };
}
