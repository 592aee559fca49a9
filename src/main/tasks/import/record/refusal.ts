/** Why a record becomes no question; its message completes "record 7 ...". */
export class Refusal extends Error {}
