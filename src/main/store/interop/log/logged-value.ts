/** One value of a log as a number: as JSON has it, or as Python prints it (nan, None, True, '1e-05', np.float64(0.5), tensor(0.25, device='cuda:0')). */

/** What wraps a number of NumPy, PyTorch or JAX in print. */
const WRAPPED =
  /^(?:[\w.]+\.)?(?:float\d*|u?int\d+|bool_?|longdouble|half|array|tensor|Array|Tensor)\(\s*([^,()[\]]+?)\s*(?:,[^()]*)?\)$/;
/** True and False, which NumPy prints behind its own name. */
const BOOLEAN = /^(?:np\.|numpy\.)?(true|false)_?$/i;

/** A number; null for NaN, infinities and None; undefined for what is no number. */
export function loggedNumber(given: unknown): number | null | undefined {
  if (given === null) return null;
  if (typeof given === 'boolean') return Number(given);
  if (typeof given === 'number') return Number.isFinite(given) ? given : null;
  if (typeof given !== 'string') return undefined;
  const bare = given
    .trim()
    .replace(/^(['"])(.*)\1$/s, '$2')
    .trim();
  const text = WRAPPED.exec(bare)?.[1] ?? bare;
  if (/^([+-]?(nan|inf|infinity)|none)$/i.test(text)) return null;
  const boolean = BOOLEAN.exec(text)?.[1];
  if (boolean !== undefined) return Number(boolean.toLowerCase() === 'true');
  if (!/^[+-]?(?:\d|\.\d)/.test(text)) return undefined;
  const number = Number(text.replace(/(?<=\d)(?:_(?=\d)|,(?=\d{3}(?:\D|$)))/g, ''));
  return Number.isNaN(number) ? undefined : Number.isFinite(number) ? number : null;
}
