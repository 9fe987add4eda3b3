/** What an object is woken for. */
export type AlarmName =
  /** Some run's time is over. */
  | "deadline"
  /** Runs are under way: should this object have died meanwhile, it goes on. */
  | "watch"
  /** Some run's journal has been kept long enough. */
  | "sweep"
  /** A project is to be told of a run. */
  | "tell";
