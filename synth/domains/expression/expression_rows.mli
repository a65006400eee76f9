(** Rows of values and derivatives, in flat storage outside OCaml's heap, and the operations between them.

    The row of an expression is its values at [n] points, then for each of [m] directions its derivatives there: a
    structure of arrays. Values come at once, derivatives forward and late: those of the scratch row when somebody looks at them, those of
    a row when it is an argument of something new. Most rows are never that. *)

type t

val create : ?units:Expression_unit.table -> points:int -> directions:int -> typed:bool -> ordered:bool -> unit -> t
(** [create ~units ~points ~directions ~typed ~ordered ()] has no rows. With [units], what has no unit is refused
    ({!Expression_unit.of_result}). [typed]: an operation refuses an argument whose sign it cannot vouch for
    ({!Expression_operation.needs}). [ordered]: of the two orders of a sum's or a product's arguments, one is refused. *)

val put : t -> int -> unit
(** [put t rank] copies the scratch row to the row [rank], which is there already or is the next. *)

val hash : t -> int
(** [hash t] is of the values at the first four points, rounded to 33 bits or to 2{^-40}: equal for equal scratch rows, unless one of
    the values is within rounding of a tie. Then a row is kept twice, and nothing is lost. *)

val equal : t -> int -> bool
(** [equal t rank] is whether the scratch row and the row [rank] agree in all values, to 10{^-11} of them or
    10{^-13}, and in the derivatives at
    the first four points; no more is known of the scratch row's sign; and their units are the same. *)

val bytes : t -> int

(** {1 Operations}

    Each leaves a row in the scratch row and is true; or it is false where a value is not a number, or beyond ±10{^30}, or
    a sum vanishes at all points (up to rounding), or [units], [typed] or [ordered] refuse. *)

val leaf :
  t -> values:float array -> derivatives:float array option -> sign:Expression_sign.t -> unit:Expression_unit.t -> int array -> bool
(** [leaf t ~values ~derivatives ~sign ~unit] is a row that is given: derivatives by direction, then point; [None] for a
    constant. *)

val apply : t -> Expression_operation.t -> int array -> bool
(** [apply t op] is a function of the rows of the arguments; it allocates nothing. *)

(** {1 The scratch row} *)

val derive : t -> unit
(** [derive t] sees to all derivatives of the scratch row. The following need it. *)

val derive_early : t -> unit
(** [derive_early t] sees to those at the first four points. *)

val scratch : t -> float array
(** [scratch t] is the scratch row itself; it changes. *)

val points : t -> int
val directions : t -> int

val size : t -> int
(** [size t] is the number of primitives in the scratch row's expression. *)

val opens_class : t -> bool
(** [opens_class t] is false when the scratch row's expression has, by its form, the same level sets as one of its
    arguments: one argument only, or two of which one is constant or which are the same. *)

val is_term : t -> bool
(** [is_term t] is false when the scratch row's expression is constant, or by its form a sum or a multiple of others. *)

val stored : t -> int -> (float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t * int
(** [stored t rank] is where the derivatives of the row [rank] lie: an array, and their first place there. *)
