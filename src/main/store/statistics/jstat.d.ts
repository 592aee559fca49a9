/** The parts of jstat (MIT) that are used here; the package brings no types. */
declare module 'jstat' {
  /** Student's t with any positive degrees of freedom. */
  interface StudentT {
    inv(p: number, df: number): number;
    cdf(x: number, df: number): number;
  }
  /** Student's t whose numerator has this mean instead of 0. */
  interface NoncentralT {
    cdf(x: number, df: number, ncp: number): number;
  }
  const jStat: { readonly studentt: StudentT; readonly noncentralt: NoncentralT };
  export default jStat;
}
