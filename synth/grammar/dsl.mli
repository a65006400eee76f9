(** Domain-specific libraries: primitives and inventions, their types and weights.

    Entries keep the order in which they were given, newest invention first by custom. *)

open Lambda

type entry = {
  term : Term.t;  (** a [Primitive] or an [Invention] *)
  log_likelihood : float;  (** natural logarithm of its weight; only differences between entries matter *)
}

type t

exception Invalid of { where : string; found : string; expected : string }
(** An entry, named by [where], that no library can hold. *)

val make : state_type:Ty.t -> var_log_likelihood:float -> entry list -> t
(** [make ~state_type ~var_log_likelihood entries] is the library of [entries]. Raises {!Invalid} when it is empty, a
    name occurs twice or could not be read back ([lam], [$0], …), a weight is not finite or more than [max_spread] below
    another, an invention has {!Term.max_mass} leaves or more, its body is open or does not have the type it states, or
    the body has an invention that is not in the library with the same body and type. *)

val max_spread : float
(** 50 nats. *)

val entries : t -> entry array
val state_type : t -> Ty.t

val request : t -> Ty.t
(** [request dsl] is the type of whole programs: [state_type -> state_type]. *)

val var_log_likelihood : t -> float
(** The weight of a bound variable. Programs are enumerated without abstractions, so nothing here uses it; archives
    state it and it is kept. *)

val name : entry -> string
val ty : entry -> Ty.t

val dc_name : entry -> string
(** The body of an invention in inline notation, the name of a primitive: what archives call it. *)

val find_opt : t -> string -> Term.t option
(** [find_opt dsl name] is the entry called [name]: the [lookup] that {!Lambda.Notation.read} asks for. *)

val size : t -> int
(** [size dsl] is the number of entries. *)

val mass : t -> int
(** [mass dsl] is the number of leaves (primitives and indices) of all entries with inventions expanded. *)

val with_weights : t -> float array -> t
(** [with_weights dsl ws] has the log-likelihoods [ws], in the order of the entries. Raises {!Invalid}. *)

val remove : t -> string list -> t
(** [remove dsl names] is [dsl] without the inventions [names]; the others keep their order and their weights. Raises
    {!Invalid} for a name that the library does not have, a base primitive, and an invention that the body of a remaining
    one uses. *)

val add_inventions : t -> (string * Term.t) list -> t
(** [add_inventions dsl bodies] puts the named bodies in front, the last of the list first, with their inferred types,
    and gives every entry the same weight, 1 / size. A body may use what stands before it in the list. Raises
    {!Invalid}; {!Lambda.Infer.Ill_typed} when a body has no type. *)
