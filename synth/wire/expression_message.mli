(** The messages of a search for expressions by the latent's gradients. *)

(* coupling: pyssnn/synthesis/expressions.py writes the request and reads the reply. *)

open Domains

type t = {
  points : Expression_points.t;
  types : (string * Expression_sign.t) list option;
      (** what the domain of each input named says of its sign: ["any"], ["nonzero"], ["nonnegative"] or ["positive"] *)
  units : (Expression_unit.table * (string * Expression_unit.t) list) option;
      (** of each input named, an object of powers by base unit, such as [{"m": 1, "s": -1}]; what is not named is a number *)
  constants : float list;  (** 1 and 2 unless given *)
  primitives : string list;  (** the operations to use; {!Expression_operation.default} unless given *)
  search_points : int;  (** on how many points to search; the best are valued on all. 16 unless given *)
  n_best : int;  (** 200 unless given *)
  enough : float;  (** the search ends when an error on its points is below; 0 unless given: never *)
  basis : int;  (** 0 unless given *)
  basis_file : string option;  (** where the basis's values and derivatives go *)
  max_programs : int;  (** the budget; 2,000,000 unless given *)
  size : int;  (** primitives as written, at most; [max_int] unless given *)
  exploration_timeout : float;  (** seconds, the safety clock; 600 unless given *)
  memory_limit : int;  (** bytes; 2{^31} unless given *)
}

val read : Decode.t -> t
(** [read d] is the request [d]: arrays of agreeing shapes ({!Array_file}; [points] and [gradients] of points × inputs, [tangents] of points ×
    inputs × directions, or null), names that inputs may have, each once; a latent that is not constant. Raises {!Invalid.Error}. *)

type expression = { program : Lambda.Term.t; cost : int; error : float  (** 1 − cos², on all points *) }

val reply :
  front:expression list -> best:expression list -> basis:expression list -> seconds:float -> Search.Solve.statistics -> Yojson.Safe.t
(** [front], [best] and [basis] (objects of [program] in stitch notation, [python], [size], [cost] in nats, [error]), [n_enumerated],
    [n_undefined], [n_distinct], [max_description_length] (nats), [stopped], and [seconds] of processor time. *)
