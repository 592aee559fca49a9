/** Loaded before a program: its clock jumps by SOAK_JUMP ms some time after its start, and back again later. */
const jump = Number(process.env.SOAK_JUMP ?? 0);
const real = Date.now.bind(Date);
const began = real();
const RealDate = Date;
const now = () => {
  const at = real();
  const since = at - began;
  return since > 700 && since < 2500 ? at + jump : at;
};
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};
