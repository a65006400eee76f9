(** One search by several processes.

    Every worker enumerates all programs, which costs next to nothing, and evaluates its share of them: stretches of the
    enumeration in turn. The frontiers that they fill are made one as if one process had done it all, so the result does
    not depend on their number. *)

open Grammar

module Make (S : Semantics.S) : sig
  module Frontier : module type of Frontier.Make (S)

  val run :
    ?watch:(int -> bool) ->
    workers:int ->
    output:(Lambda.Term.t -> S.output) ->
    alternatives:int ->
    room:int ->
    known:(Lambda.Term.t * S.output) list ->
    Pcfg.t ->
    Limits.budget ->
    Explore.statistics * Frontier.member list
  (** [run ~workers ~output ~alternatives ~room ~known g budget] is what {!Explore.Make.run} gives with a frontier created
      from the same. [output] is that of a program that has one. The memory of the budget is divided between the workers.
      When one of them stops early (clock, memory) so much of the enumeration is missing: the stop says so, and how many
      programs were enumerated is what the one that came least far says. A worker that dies is a [Failure]. Raises
      {!Frontier.Equivalent}. *)
end
