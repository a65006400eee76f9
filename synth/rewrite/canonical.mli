(** What a term says, whatever inventions it is written with. *)

open Lambda

val normal : Term.t -> Term.t
(** [normal t] is [t] with every invention expanded, in beta normal form. Raises {!Term.Too_large}. *)

val stable_name : Term.t -> string
(** [stable_name t] is the first 16 hexadecimal digits of the MD5 in print of [normal t], eta-reduced: terms that expand
    and reduce to the same have the same, in every library and run, and under every name. With 64 bits, the
    chance that among a thousand million different functions two share one is one in forty. Raises {!Term.Too_large}. *)
