/** The seed of tests that choose at random: printed when they fail, given again by `HAULYARD_TEST_SEED`. */
export function testSeed(): number {
  const given = process.env["HAULYARD_TEST_SEED"];
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
}
