/**
 * Units that answers carry: their names, what they measure, and how many of the base unit one is. Two units are compared only where both
 * sides give one; centimetres and metres of one length are equal, centimetres and kilograms never. Products and quotients of units are units too:
 * m/s^2, m*s^-2. Deliberately absent: what derived units are made of (a newton is a unit of its own), and counted things ("5 apples" is 5).
 */

interface Unit {
  readonly measures: string;
  readonly size: readonly [bigint, bigint]; // of the base unit, as a fraction
}

const TABLE: readonly [measures: string, size: string, names: string][] = [
  ['length', '1', 'm meter meters metre metres'],
  ['length', '1/1000', 'mm millimeter millimeters millimetre millimetres'],
  ['length', '1/100', 'cm centimeter centimeters centimetre centimetres'],
  ['length', '1/10', 'dm decimeter decimeters'],
  ['length', '1000', 'km kilometer kilometers kilometre kilometres'],
  ['length', '254/10000', 'inch inches'],
  ['length', '3048/10000', 'ft foot feet'],
  ['length', '9144/10000', 'yard yards yd'],
  ['length', '1609344/1000', 'mile miles mi'],
  ['mass', '1', 'kg kilogram kilograms'],
  ['mass', '1/1000', 'g gram grams'],
  ['mass', '1/1000000', 'mg milligram milligrams'],
  ['mass', '1000', 'tonne tonnes'],
  ['mass', '45359237/100000000', 'lb lbs pound-mass'],
  ['time', '1', 's sec second seconds'],
  ['time', '1/1000', 'ms millisecond milliseconds'],
  ['time', '60', 'min minute minutes'],
  ['time', '3600', 'h hr hour hours'],
  ['time', '86400', 'day days'],
  ['time', '604800', 'week weeks'],
  ['before noon', '1', 'am'],
  ['after noon', '1', 'pm'],
  ['months', '1', 'month months'],
  ['months', '12', 'year years yr'],
  ['length^3', '1/1000', 'L l liter liters litre litres'],
  ['length^3', '1/1000000', 'mL ml milliliter milliliters'],
  ['angle', '1', '° degree degrees deg'],
  ['rad', '1', 'rad radian radians'],
  ['dollar', '1', '$ dollar dollars USD'],
  ['dollar', '1/100', '¢ cent cents'],
  ['euro', '1', '€ euro euros EUR'],
  ['pound', '1', '£ pound pounds GBP'],
  ['yuan', '1', '¥ yuan RMB'],
  ['rupee', '1', '₹ rupee rupees INR'],
  ['won', '1', '₩ won KRW'],
  ['rouble', '1', '₽ rouble roubles ruble rubles RUB'],
  ['shekel', '1', '₪ shekel shekels ILS'],
  ['lira', '1', '₺ lira liras TRY'],
  ['dong', '1', '₫ dong VND'],
  ['baht', '1', '฿ baht THB'],
  ['naira', '1', '₦ naira NGN'],
  ['hryvnia', '1', '₴ hryvnia hryvnias UAH'],
  ['peso', '1', '₱ peso pesos PHP'],
  ['force', '1', 'N newton newtons'],
  ['energy', '1', 'J joule joules'],
  ['energy', '1000', 'kJ'],
  ['power', '1', 'W watt watts'],
  ['power', '1000', 'kW'],
  ['voltage', '1', 'V volt volts'],
  ['resistance', '1', 'Ω ohm ohms'],
  ['frequency', '1', 'Hz hertz'],
  ['pressure', '1', 'Pa pascal pascals'],
  ['amount', '1', 'mol mole moles'],
  ['temperature', '1', '°C'],
  ['fahrenheit', '1', '°F'],
  ['kelvin', '1', 'K'],
  ['length time^-1', '1000/3600', 'kmh kph'],
  ['length time^-1', '1609344/3600000', 'mph'],
];

const UNITS = new Map<string, Unit>(
  TABLE.flatMap(([measures, size, names]) => {
    const [over = '1', under = '1'] = size.split('/');
    return names.split(' ').map((name): [string, Unit] => [name, { measures, size: [BigInt(over), BigInt(under)] }]);
  }),
);

/** Whether a word is a unit's name (as written; long names in any case). */
export function isUnit(name: string): boolean {
  return unitOf(name) !== undefined;
}

/** How many of `b` one `a` is, as a fraction; null where they measure different things. `cm^2` and the like are powers of a unit. */
export function unitRatio(a: string, b: string): readonly [bigint, bigint] | null {
  const [left, right] = [unitOf(a), unitOf(b)];
  if (left === undefined || right === undefined || left.measures !== right.measures) return null;
  return [left.size[0] * right.size[1], left.size[1] * right.size[0]];
}

/** A unit, its powers, products and quotients; undefined where a part is no unit. */
function unitOf(name: string): Unit | undefined {
  const known = knownUnit(name);
  if (known !== undefined) return known;
  const parts = [
    ...name.replace(/\^\{(-?\d)\}/g, '^$1').matchAll(/([*/·⋅ ]|^)([^*/^·⋅ ]+)(?:\^(-?[1-9]))?(?=[*/·⋅ ]|$)/gu),
  ];
  if (parts.length === 0 || parts.map(([part]) => part).join('').length !== name.replace(/\^\{(-?\d)\}/g, '^$1').length)
    return undefined;
  const powers = new Map<string, number>();
  let size: readonly [bigint, bigint] = [1n, 1n];
  for (const [, sign, base = '', power = '1'] of parts) {
    const unit = knownUnit(base);
    if (unit === undefined) return undefined;
    const times = Number(power) * (sign === '/' ? -1 : 1);
    for (const measure of unit.measures.split(' ')) {
      const [of = '', own = '1'] = measure.split('^');
      powers.set(of, (powers.get(of) ?? 0) + Number(own) * times);
    }
    const [over, under] = times > 0 ? unit.size : [unit.size[1], unit.size[0]];
    size = [size[0] * over ** BigInt(Math.abs(times)), size[1] * under ** BigInt(Math.abs(times))];
  }
  return { measures: measuresText(powers), size };
}

/** "length time^-1": what is measured, in order, without what cancels. */
function measuresText(powers: ReadonlyMap<string, number>): string {
  const kept = [...powers].filter(([, power]) => power !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return kept.map(([of, power]) => (power === 1 ? of : `${of}^${power}`)).join(' ');
}

function knownUnit(name: string): Unit | undefined {
  return UNITS.get(name) ?? (name.length > 2 ? UNITS.get(name.toLowerCase()) : undefined);
}

/** Signs that stand before an amount, or behind it. */
export const CURRENCY_SIGNS = '$€£¥₹₩₽₪₺₫฿₦₴₱';
