(** The lowest of the numbers offered, as many as there is room for. *)

type t

val create : int -> t
(** [create room] has none; [room] is at least 1. *)

val worst : t -> float
(** [worst t] is what a number has to be below to get in: infinity while there is room, then the highest in [t]. *)

val add : t -> float -> int -> unit
(** [add t x tag] puts [x], which is below [worst t], in the place of the highest when there is no room. *)

val tags : t -> int list
(** [tags t] are those of the numbers in [t], in no order. *)
