(** Rows of one width, numbered from 0, in flat storage outside OCaml's heap. *)

type flat = (float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t
type t

val create : int -> t
(** [create width] has room for none; [width] is at least 1. *)

val room : t -> int -> flat
(** [room s rank] is {!chunk}, made if it is not there. *)

val chunk : t -> int -> flat
(** [chunk s rank] is the array that the row [rank] lies in; there has to be room for it. *)

val offset : t -> int -> int
(** [offset s rank] is its first place there. *)

val bytes : t -> int
