(** Terms of the lambda calculus over named primitives, with De Bruijn indices.

    An {e invention} is a primitive learned by compression: a name for a closed term. It carries its body, so a term can
    be read, typed, and evaluated without the library that it came from. *)

type t =
  | Primitive of { name : string; ty : Ty.t }
  | Invention of { name : string; ty : Ty.t; body : t }
  | Index of int  (** [Index 0] is bound by the nearest abstraction *)
  | Abstraction of t
  | Apply of t * t

val equal : t -> t -> bool
(** [equal a b] is syntactic; De Bruijn indices make it equality up to the names of bound variables. *)

val apply : t -> t list -> t
(** [apply f xs] is [f] applied to each of [xs], in order. *)

val spine : t -> t * t list
(** [spine t] is the head of [t], which is no application, and its arguments: [apply head xs = t]. *)

val abstractions : int -> t -> t
(** [abstractions n t] is [t] under [n] more abstractions. *)

val is_closed : t -> bool
(** [is_closed t] is whether every index in [t] is bound in [t]. *)

val size : t -> int
(** [size t] is the number of primitives, inventions and indices in [t] as written. *)

val max_mass : int
(** A million: where {!mass} and {!leaves} stop counting. *)

val mass : t -> int
(** [mass t] is the number of base primitives in [t] once every invention stands for its body, or [max_mass]. *)

val leaves : t -> int
(** [leaves t] is [mass t] with the indices counted too; the mass that an archive states for a library entry. *)

exception Too_large
(** The term, or its reduction, is larger than allowed. *)

val expand : t -> t
(** [expand t] is [t] with every invention replaced by its body, all the way down; nothing is reduced. Raises
    {!Too_large} when [leaves t] is [max_mass]. *)

val inventions : t -> (string * t) list
(** [inventions t] is each invention that occurs in [t], in its bodies too, with its body; a name may occur twice when
    two different bodies go by it. *)

val beta_normal : ?max_steps:int -> t -> t
(** [beta_normal t] is the beta normal form of [t], by normal-order reduction; inventions are not opened ({!expand}
    first for that). A typed term always has one. Raises
    {!Too_large} after [max_steps] (two million) nodes, those substituted through and those of the result together. *)

val eta_reduce : t -> t
(** [eta_reduce t] is [t] with [f] for every abstraction [λ. f 0] in which [f] does not mention what is bound. It is in beta
    normal form if [t] is. *)
