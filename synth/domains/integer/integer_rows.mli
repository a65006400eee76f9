(** Rows of integers of one length, numbered from 0, in flat storage outside OCaml's heap, and operations between them. *)

type t

val create : int -> t
(** [create n] has no rows; each will be of [n] integers, [n] at least 1. *)

val put : t -> int -> unit
(** [put t rank] copies the scratch row to the row [rank], which is there already or is the next. *)

val hash : t -> int
(** [hash t] is equal for equal scratch rows. *)

val equal : t -> int -> bool
(** [equal t rank] is whether the scratch row and the row [rank] are the same. *)

val holds : t -> int array -> bool
(** [holds t row] is whether the scratch row is [row]. *)

val bytes : t -> int

(** {1 Operations}

    Each leaves a row in the scratch row of [result] and is true; or it is false, when one of the integers is
    {!Integer_operation.undefined}. They allocate nothing once they have their first arguments; the last is the ranks of
    the rows to take. *)

val constant : int array -> result:t -> int array -> bool
val apply : Integer_operation.t -> arguments:t array -> result:t -> int array -> bool
