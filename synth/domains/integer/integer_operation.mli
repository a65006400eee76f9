(** What the primitives of the integer domain do with one example's values.

    Values are the integers from −(2{^62} − 1) to 2{^62} − 1; Booleans are 0 and 1. Where the exact result is outside, or
    there is none, it is [undefined]. *)

type t =
  | Unary of (int -> int)
  | Binary of (int -> int -> int)
  | Ternary of (int -> int -> int -> int)

val undefined : int
(** [min_int], which is no value. *)

val all : (string * Lambda.Ty.t * t) list
(** Each operation with its name and type, for arguments that are values:
    - [add], [sub], [mul], [neg], [abs], [min], [max];
    - [div], [mod]: the quotient rounded down, and the remainder with the sign of the divisor, as Python's [//] and [%];
      undefined for the divisor 0;
    - [eq], [lt], [le];
    - [and], [or], [xor], [not];
    - [if], [if_bool]: the second argument where the first is true, else the third. *)

val int : Lambda.Ty.t
val bool : Lambda.Ty.t
