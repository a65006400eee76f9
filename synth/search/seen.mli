(** The numbers of things that were seen, by hash: a flat table with open addressing, 16 to 32 bytes for each. *)

type t

val create : unit -> t

val is_new : t -> (int -> bool) -> hash:int -> rank:int -> bool
(** [is_new t same ~hash ~rank] is whether no number [r] in [t] under [hash] has [same r]; [rank], below 2{^31}, is
    put there then. [hash] need not be well mixed. Allocates nothing but when the table grows. *)

val bytes : t -> int
(** The room of [t], outside OCaml's heap. *)
