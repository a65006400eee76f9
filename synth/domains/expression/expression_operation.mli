(** The operations of the expression domain. *)

type t = Add | Sub | Mul | Div | Neg | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos

val all : (string * t) list
(** Each with its name: the constructor's, in small letters. [inv] is 1 divided by its argument. *)

val default : string list
(** The names of those that are used unless a request says otherwise: all but [inv] and [cube], which [div] and [mul]
    can do. *)

val real : Lambda.Ty.t
(** The one type. *)

val ty : t -> Lambda.Ty.t

val code : t -> int
(** [code op] is the place of [op] in [all], from 0. *)

val of_code : int -> t
val is_binary : t -> bool

val needs : t -> Expression_sign.t
(** [needs op] is what has to be known of the last argument, where signs are asked for. *)

val sign : t -> same:bool -> Expression_sign.t -> Expression_sign.t -> Expression_sign.t
(** [sign op ~same a b] is what is known of the result on arguments of the signs [a] and [b] ([a] twice, for one argument).
    [same]: the two arguments are the same expression. *)
