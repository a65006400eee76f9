(** Physical units: products of powers of base units. In a search each is a number, so that a row can carry it. *)

type t = int

val number : t
(** That of numbers: no base unit at all. *)

type table
(** The units met so far. *)

val table : unit -> table

val of_powers : table -> (string * float) list -> t option
(** [of_powers table powers] is the product of the base units named, each to its power; [None] where a power is no multiple of
    1/360 (to 10{^-9}), or is beyond ±1000. *)

val of_result : table -> Expression_operation.t -> t -> t -> t option
(** [of_result table op a b] is the unit of the result of [op] on arguments of the units [a] and [b] ([a] twice, for one argument).
    [None] where it has none: a sum of unlike things, a function of what is no number, or a root whose powers are no multiples of
    1/360. *)
