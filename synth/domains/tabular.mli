(** The signature of a first-order domain whose examples come as a table: named columns of inputs, one of wanted outputs.

    A program is asked to give the wanted output of each row of the table from that row's inputs. Inputs and constants
    are primitives without arguments. *)

open Lambda

type cell = Int of int  (** never [min_int] *) | Bool of bool

module type S = sig
  val name : string

  val type_of : cell -> Ty.t

  val primitives : (string * Ty.t) list
  (** The operations, with their types. *)

  val constants : int list
  (** Those of a request that names none. *)

  val constant : int -> string
  (** [constant i] is the name of the primitive that is [i]. *)

  val is_name : string -> bool
  (** [is_name s] is whether an input may be called [s]: it is a name where programs are shown, and none of [primitives]
      or [constant]. *)

  val weight : string -> float
  (** [weight name] is the log-likelihood of one of [primitives], of a constant, and else of an input. They are whole
      numbers of nats, as a rule: many programs of equal cost make quick work. *)

  val python : Term.t -> string
  (** [python t] is the program [t], over [primitives], constants and inputs, as an expression of Python that gives the
      same values. *)

  val table : inputs:(string * cell array) list -> outputs:cell array -> (module Search.Table.S)
  (** [table ~inputs ~outputs] is the domain on these examples; a program fits when it gives [outputs]. All columns are of
      equal length, more than 0, and the cells of one column have one type. *)
end
