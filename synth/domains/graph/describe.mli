(** What the primitives and inventions of the graph domain do, in words.

    A sentence follows the cursor: "pushes, adds a node, connects it back, then goes on". What is repeated is said once,
    "twice: …"; what stands between two repetitions, and not after the last, is "turning the port between". *)

open Lambda

val primitive : string -> string
(** [primitive name] says what the base primitive does with the state and its arguments. Raises [Not_found] for a name
    that is none of the domain's. *)

val invention : Term.t -> string option
(** [invention t] says what the closed term [t], without inventions and in beta normal form, does, in execution order: the
    steps or, where they take more than 120 characters, how many of each are written, and then where it goes on. When
    [push] and [t], with arguments that do nothing, build a graph that counts, a second sentence gives its size.
    [None] when [t] takes more than five arguments, is no function from them to a change of state, or handles states as
    values. *)
