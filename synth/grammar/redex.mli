(** Equations of a domain, as places that the search need not visit.

    An equation [(outer … (inner …) …) = right] says that a program with its left side in it, a {e redex}, means the same
    with its right side there instead. As the right side is not larger, nothing is lost when the grammar leaves out every
    program with a redex, provided that rewriting ends (which the domain has to see to). Redexes are told by two
    primitives only, the head of an argument and what it is an argument of, so that nonterminals can tell them
    ({!Pcfg.without}); or by the first one of a whole program, of which only the output has to stay equivalent.

    Both are base primitives {e as written}, applied to as many arguments as in the equation: what an invention has inside
    does not count, nor does a partial application of which the equation does not speak. So a right side can always be
    written where its left side was, with no invention unfolded, in no more primitives. *)

open Lambda

type head = { name : string; arity : int  (** to how many arguments it is applied *) }

type place =
  | Start  (** the whole program *)
  | Argument of { outer : head; position : int  (** from 0 *) }

type t = private {
  place : place;
  inner : head;  (** what stands at [place] *)
  left : Term.t;  (** a closed abstraction over the parameters *)
  right : Term.t;  (** likewise, over the same *)
  equation : string;  (** both sides on one line: ["(next_port (prev_port #0)) = #0"] *)
}

val make : primitives:(string * Ty.t) list -> string -> string -> t
(** [make ~primitives left right] is the equation of the two sides, in stitch's notation with [#0], [#1], … for any
    programs: [make ~primitives "(next_port (prev_port #0))" "#0"]. Raises [Invalid_argument] unless [left] is one
    primitive with one other among its arguments, everything else in it is parameters, each once, and [right] has no more
    primitives, no primitive that is not in [left], and each parameter at most once; {!Lambda.Infer.Ill_typed} when it
    has another type, {!Lambda.Notation.Error}. *)

val at_start : primitives:(string * Ty.t) list -> string -> string -> t
(** [at_start ~primitives left right] is an equation of whole programs, whose outputs are equivalent. Raises as {!make},
    and unless [left] is one primitive on parameters. *)
