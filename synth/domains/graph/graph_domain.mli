(** The graph domain: programs of type [graph_state -> graph_state] that build port-labelled graphs.

    A state is a graph, a cursor (a node and a port), and a stack of nodes. Programs are in continuation style: a
    primitive changes the state and then runs its continuation. The table of primitives is in [docs/design.md]. An
    output counts when it has more than one node and is connected; two are equivalent when their simple graphs are
    isomorphic. *)

val name : string
(** ["graph"]. *)

val state_type : Lambda.Ty.t
(** [graph_state]. *)

val primitives : (string * Lambda.Ty.t) list

module type S = Domain.S with type output = Construction.t

val make : ?max_conn:int -> ?step_limit:int -> unit -> (module S)
(** [make ()] is a new instance, with [max_conn] (10) ports a node; a step is one primitive run. Raises [Invalid_argument]
    unless [0 < max_conn < 2{^16}]. *)

val equivalent : Construction.t -> Construction.t -> bool
(** [equivalent a b] is whether the simple graphs of [a] and [b] are isomorphic. *)
