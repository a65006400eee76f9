(** A priority queue of integers, smallest first, in one flat array. *)

type t

val create : unit -> t
val is_empty : t -> bool
val push : t -> int -> unit

val least : t -> int
(** [least h] is the smallest integer in [h]. Raises [Invalid_argument] when [h] is empty. *)

val pop : t -> int
(** [pop h] takes the smallest integer out of [h]. Raises [Invalid_argument] when [h] is empty. *)
