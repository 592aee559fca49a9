/**
 * Units that answers carry: their names, what they measure, and how many of the base unit one is. Two units are compared only where both
 * sides give one; centimetres and metres of one length are equal, centimetres and kilograms never. Deliberately absent: derived units
 * beyond powers (m/s is a unit of its own), and counted things ("5 apples" is 5).
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
  ['volume', '1', 'L l liter liters litre litres'],
  ['volume', '1/1000', 'mL ml milliliter milliliters'],
  ['angle', '1', '° degree degrees deg'],
  ['rad', '1', 'rad radian radians'],
  ['dollar', '1', '$ dollar dollars USD'],
  ['dollar', '1/100', '¢ cent cents'],
  ['euro', '1', '€ euro euros EUR'],
  ['pound', '1', '£ pound pounds GBP'],
  ['yuan', '1', '¥ yuan RMB'],
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
  ['speed', '1', 'm/s'],
  ['speed', '1000/3600', 'km/h kmh kph'],
  ['speed', '1609344/3600000', 'mph'],
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

function unitOf(name: string): Unit | undefined {
  const [base = '', exponent] = name.split('^');
  const unit = UNITS.get(base) ?? (base.length > 2 ? UNITS.get(base.toLowerCase()) : undefined);
  if (unit === undefined || exponent === undefined) return unit;
  const times = BigInt(exponent);
  return { measures: `${unit.measures}^${exponent}`, size: [unit.size[0] ** times, unit.size[1] ** times] };
}
