(** The messages of a search by a table of examples. *)

(* coupling: pyssnn/synthesis/solving.py writes the request and reads the reply. *)

open Domains

type t = {
  inputs : (string * Tabular.cell array) list;
  outputs : Tabular.cell array;
  constants : int list;
  primitives : string list;  (** the operations to use *)
  max_programs : int;  (** the budget; 10,000,000 unless given *)
  n_solutions : int;  (** 1 unless given *)
  size : int;  (** primitives as written, at most; [max_int] unless given *)
  exploration_timeout : float;  (** seconds, the safety clock; 600 unless given *)
  memory_limit : int;  (** bytes; 2{^30} unless given *)
}

val read : (module Tabular.S) -> Decode.t -> t
(** [read domain d] is the request [d], checked against [domain]: columns of one length above 0, each of one type, with
    names that inputs may have, each once; known primitives. Raises {!Invalid.Error}. *)

val reply : python:(Lambda.Term.t -> string) -> Search.Solve.solution list -> Search.Solve.statistics -> Yojson.Safe.t
(** [solutions] (objects of [program] in stitch notation, [python], [size], and [cost] in nats), [n_enumerated],
    [n_undefined], [n_distinct], [max_description_length] (nats) and [stopped]. *)
