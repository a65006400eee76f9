(** The expression domain: functions of real inputs, carried with their gradients on a batch of points, and judged by the
    direction of the gradient only.

    Two levels of sameness. As arguments, expressions are the same when their {e values} are (and their derivatives; up to rounding):
    [x] and [exp x] have the same level sets, but [x + y] and [exp x + y] do not. As answers they are the same when their gradients are
    parallel everywhere ({!Expression_direction}): of [f], [-f], [2f], [f + 1] and [exp f] only the cheapest is one. *)

open Lambda

val name : string

val is_name : string -> bool
(** [is_name s] is whether an input may be called [s]. *)

val constant : float -> string
(** [constant c] is the name of the primitive that is the finite number [c]: its shortest decimal that gives [c] again. *)

val weight : string -> float
(** [weight name] is the log-likelihood of an operation, else of an input. *)

val constant_weight : float

(** {1 A search} *)

type search

val search :
  ?units:Expression_unit.table * (string * Expression_unit.t) list ->
  Expression_points.t ->
  at:int array ->
  types:(string * Expression_sign.t) list option ->
  room:int ->
  terms:int ->
  enough:float ->
  search
(** [search ~units points ~at ~types ~room ~terms ~enough] has found nothing. Expressions are valued at the points of the numbers [at]. With [types],
    what the domain of each input named says of its sign, an operation is taken only where the signs vouch for it: no division by what
    may be 0, no logarithm of what may be negative. Without it, where it is defined at the points. With [units], those of inputs by name (of others, and of constants,
    {!Expression_unit.number}), an expression has to have one. [room] and [terms]:
    {!Expression_ranking.create}. *)

val table : search -> (module Search.Table.S)
(** [table s] is what {!Search.Solve} searches. What fits is the first expression whose error at the points is below [enough]. It is for one search, and has one column. *)

val ranking : search -> Expression_ranking.t

(** {1 Whole expressions} *)

type values
(** A place to value terms at all points. *)

val values : Expression_points.t -> values

val value : values -> Term.t -> Expression_rows.t option
(** [value v t] has the scratch row of [t] at all points; [None] where it is undefined at one. It holds until the next. *)
