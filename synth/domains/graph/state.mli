(** States of the graph domain, and how they change.

    A state is a graph, a cursor (a node and a port), and a stack of nodes. Equal states are one object, which remembers
    where each change leads from it: programs by the million that pass through a state pay for a change once, and for a
    look at a table afterwards. *)

type t

type store
(** The states made so far, with the number of ports of a node. *)

val store : max_conn:int -> store

val start : store -> t
(** The start: one node, the cursor at its port 0, an empty stack. *)

val limit : store -> unit
(** [limit store] forgets all states when there are more than half a million, to bound memory. States that are held elsewhere
    stay valid, but are no longer met again. *)

val size : store -> int
(** The number of states it holds. *)

val graph : t -> Construction.t
val pos : t -> int
val port : t -> int

val conn : t -> int list
(** The stack, its top first. *)

exception Too_large
(** The graph would have more than {!max_elements} nodes and edges. *)

val max_elements : int
(** 1,000. Looking through a graph takes its size; this bounds it. *)

(** {1 Changes} *)

type change

val turn : store -> int -> change
(** [turn store by] adds [by], 0 or more, to the port, modulo the number of ports. *)

val move : store -> change
val add : store -> change
val push : store -> change
val pop : store -> change
val connect : store -> change
(** As the table in [docs/design.md] says. *)

val compose : change -> change -> change
(** [compose f g] does [f], then [g]. *)

val mass : change -> int
(** The primitives it is made of. *)

val remember : store -> change -> change
(** [remember store c] is [c], whose results the states will remember. *)

val apply : store -> change -> t -> t
(** [apply store c s] is the state after [c]. Raises {!Too_large}. *)

val outcome : store -> change -> t -> Construction.t
(** [outcome store c s] is [graph (apply store c s)], without making that state: most programs end where no other goes on. *)

val with_graph : store -> t -> Construction.t -> t
(** [with_graph store s g] is [s] with the graph [g], which has all nodes of [s]. *)
