(** Growable arrays of integers. *)

type t

val create : unit -> t
val length : t -> int

val get : t -> int -> int
(** [get v i] is the [i]th integer. Raises [Invalid_argument] out of bounds. *)

val push : t -> int -> unit
(** [push v x] puts [x] at the end. *)

val set : t -> int -> int -> unit
(** [set v i x] puts [x] in the place of what is there. Raises [Invalid_argument] when nothing is. *)

val clear : t -> unit
(** [clear v] takes everything out of [v]; its room stays. *)
