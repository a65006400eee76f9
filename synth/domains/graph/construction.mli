(** Port-labelled graphs, kept as the history of their construction.

    Nodes and edges take their ids from one counter, so the sequence of additions and connections determines the graph
    with its ids, and the graph determines the sequence. Graphs are therefore interned as a tree: each is its parent
    with one more node or edge, and the same step from the same parent gives the same graph, physically. What is
    derived from a graph (here its degree key and a mark) is found once, however many programs build it. *)

type t

type store
(** The tree of all graphs made so far. *)

val store : unit -> store
(** [store ()] has the graph of one node, 0. *)

val root : store -> t
(** The graph of the single node 0. *)

val forget : store -> unit
(** [forget store] forgets all graphs but the root, to bound memory. Graphs that are held elsewhere stay valid, but are no
    longer met again; each holds on to the tree that it came from ({!detach}). *)

val nowhere : t
(** No graph: a value to stand where there is none. *)

val id : t -> int
(** A number that no other graph of the store has had. *)

val detach : t -> t
(** [detach g] is a copy of [g] that holds on to its own history only. *)

val add : store -> t -> t
(** [add store g] is [g] with a new isolated node, whose id is [next_id g]. *)

val connect : store -> t -> int -> int -> port:int -> t
(** [connect store g u v ~port] is [g] with an edge between [u] and [v] at [port], if both ports are free and the nodes
    differ; else it is [g]. Ports are below 2{^16}. *)

val neighbour : t -> int -> port:int -> int
(** [neighbour g u ~port] is the node at the other end of the edge at [port] of [u], or -1. *)

val isolated : t -> int
(** [isolated g] is the node that was added and not yet connected, or -1. The root's only node is not isolated. *)

val next_id : t -> int
(** [next_id g] is the id that the next node or edge will get; the number of nodes and edges so far. *)

val n_nodes : t -> int

val nodes : t -> int list
(** The ids of the nodes, ascending. *)

type edge = { id : int; u : int; v : int; port : int }

val edges : t -> edge list
(** The edges by ascending id, [u < v]. *)

(** {1 The simple graph: ids, ports and repeated edges ignored} *)

val degrees : t -> int list
(** The number of distinct neighbours of each node, ascending. *)

val adjacency : t -> (int * int list) list
(** Each node, descending, with its distinct neighbours, ascending. *)

val degree_key : t -> int
(** [degree_key g] is a hash of the number of nodes and the degree sequence. *)

val simple : t -> Isomorphism.t
(** [simple g] is the simple graph, for comparing; found once. *)

val mark : t -> int
val set_mark : t -> int -> unit
(** A place for the frontier to remember what it knows of the graph; 0 at first. *)
