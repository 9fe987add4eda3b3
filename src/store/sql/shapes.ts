/** Shapes of what JSON columns hold; tests hold each value that is read against them. */
import * as z from "zod";

export const STRINGS = z.array(z.string());
export const METADATA = z.record(z.string(), z.string());
export const OBJECT = z.record(z.string(), z.unknown());
export const OBJECTS = z.array(OBJECT);
/** Objects told apart by their `type`: parts of messages, actions of tools. */
export const TYPED_OBJECTS = z.array(z.looseObject({ type: z.string() }));
