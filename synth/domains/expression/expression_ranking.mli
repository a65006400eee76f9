(** What a search by gradients keeps of the expressions that it meets: for each size the classes nearest to the latent, and the
    first terms. *)

type t

val create : Expression_rows.t -> latent:Expression_direction.latent -> room:int -> terms:int -> t
(** [create rows ~latent ~room ~terms] keeps [room] expressions of each size and [terms] terms. *)

val offer : t -> int -> unit
(** [offer t rank] looks at the scratch row, which has just become the row [rank]. Ranks ascend, and with them costs: of a class
    the first met is kept. Expressions that by their form belong to the class of an argument are passed over, so there is no
    monotone function at a root; so are those that say nothing, with an error of 1. *)

val least : t -> float
(** [least t] is the least error so far; infinite before there is one. *)

val nearest : t -> int list
(** [nearest t] are the ranks kept, each of another class, in no order. *)

val terms : t -> int list
(** [terms t] are the first expressions that are no constant, by their form no sum and no multiple of others, and not
    proportional to one of them up to a constant; by rank. *)
