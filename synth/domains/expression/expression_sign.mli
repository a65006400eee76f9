(** What is known of the sign of an expression's values: on all of its domain, from how it is made, not from the points. *)

type t = int
(** A set of [nonnegative] and [nonzero], as bits. More bits say more. *)

val any : t
val nonnegative : t
val nonzero : t

val positive : t
(** Both of the former. *)

val of_float : float -> t

val implies : t -> t -> bool
(** [implies a b] is whether all that [b] says [a] says too. *)

(** {1 Of results} *)

val sum : t -> t -> t
val product : t -> t -> t

val square : t -> t
(** [square a] is that of a product of two equal factors. *)
