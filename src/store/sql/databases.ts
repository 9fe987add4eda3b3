/**
 * Which database holds what. The control database says who may ask; a project's data are all in one
 * database, whose statements name no table of the control database (see `migrations/`). Today both are
 * the one that is bound as `DB`: nothing else names the bindings, so that more can be bound here.
 */

/** Where projects, keys and signing secrets are. */
export type ControlDatabase = D1Database & { readonly [KIND]?: "control" };
/** Where the data of some projects are; also the stub that says which. */
export type ProjectDatabase = D1Database & { readonly [KIND]?: "data" };
/** Never set: a database of the one kind is not taken for one of the other. */
declare const KIND: unique symbol;

/** What names a database: all that is kept of a project is in one place. */
export interface Place {
  projectId: string;
}

/** The bindings that databases are found in. */
export type Databases = Pick<Env, "DB" | "CONTROL_DB">;

/** The database of projects, keys and sweeps. */
export function controlDatabase({ CONTROL_DB: control, DB: db }: Databases): ControlDatabase {
  return control ?? db;
}

/** The database of the place, whichever project it is of: there is one. */
export function databaseOf({ DB: db }: Databases, _place: Place): ProjectDatabase {
  return db;
}

/** The bindings with `wrap` around each database: for those who count or watch. */
export function mapDatabases(
  { DB: db, CONTROL_DB: control }: Databases,
  wrap: (db: D1Database) => D1Database,
): Databases {
  return { DB: wrap(db), ...(control === undefined ? {} : { CONTROL_DB: wrap(control) }) };
}

/** For what is swept in all of them. */
export function projectDatabases({ DB: db }: Databases): ProjectDatabase[] {
  return [db];
}
