open Lambda

let name = "graph"
let state_type = Ty.constant "graph_state"

let primitives =
  let t = Ty.(state_type @-> state_type) in
  Ty.
    [
      ("identity", t);
      ("next_port", t @-> t);
      ("prev_port", t @-> t);
      ("func", t @-> t @-> t);
      ("if_positions_equal", t @-> t @-> t @-> t @-> t @-> t);
      ("move", t @-> t);
      ("add", t @-> t);
      ("push", t @-> t);
      ("pop", t @-> t);
      ("connect", t @-> t);
    ]

module type S = Domain.S with type output = Construction.t

let equivalent a b =
  Construction.n_nodes a = Construction.n_nodes b
  && Isomorphism.(isomorphic (of_adjacency (Construction.adjacency a)) (of_adjacency (Construction.adjacency b)))

type state = { graph : Construction.t; pos : int; port : int; conn : int list }

let make ?(max_conn = 10) ?(step_limit = 1_000_000) () : (module S) =
  if max_conn <= 0 || max_conn >= 65536 then invalid_arg "Graph_domain.make: max_conn";
  (module struct
    let name = name
    let state_type = state_type
    let primitives = primitives
    let redexes = Graph_equations.redexes

    (* [Transition] is a function between states with the wrapping taken off: nearly every value is one. [Change] is the
       function that takes a continuation, changes the state, and continues: most primitives, and their compositions. *)
    type value =
      | State of state
      | Transition of (state -> state)
      | Change of (state -> state)
      | Function of (value -> value)

    exception Step_limit

    let steps_left = ref step_limit
    let start () = steps_left := step_limit

    let spend steps =
      steps_left := !steps_left - steps;
      if !steps_left < 0 then raise Step_limit

    let tick () = spend 1

    let ill_typed () = invalid_arg "Graph_domain: a value of the wrong kind; was the program type-checked?"
    let state = function State s -> s | Transition _ | Change _ | Function _ -> ill_typed ()

    let transition = function
      | Transition f -> f
      | Function f -> fun s -> state (f (State s))
      | State _ | Change _ -> ill_typed ()

    let apply f x =
      match f with
      | Change change ->
        let k = transition x in
        Transition (fun s -> k (change s))
      | Function f -> f x
      | Transition f -> State (f (state x))
      | State _ -> ill_typed ()

    let func f = Function (fun x -> tick (); f x)

    let compose f g =
      match (f, g) with
      | Change first, Change second -> Change (fun s -> second (first s))
      | _ -> func (fun x -> apply f (apply g x))

    let store = Construction.store ()

    let is_isolated s = Construction.isolated s.graph >= 0
    let turn by s =
      tick ();
      let port = s.port + by in
      { s with port = (if port >= max_conn then port - max_conn else port) }

    (* These two look through the graph, so they cost its size: a program may not build a huge graph slowly. *)
    let move s =
      spend (1 + Construction.next_id s.graph);
      let pos = Construction.neighbour s.graph s.pos ~port:s.port in
      if pos < 0 then s else { s with pos }

    let add s =
      tick ();
      match s.conn with
      | _ :: _ when not (is_isolated s) -> { s with graph = Construction.add store s.graph; pos = Construction.next_id s.graph }
      | _ -> s

    let push s =
      tick ();
      { s with conn = s.pos :: s.conn }

    let pop s =
      tick ();
      match s.conn with
      | [] -> s
      | _ :: conn ->
        let isolated = Construction.isolated s.graph in
        let rec another = function [] -> false | node :: below -> tick (); node <> isolated || another below in
        if isolated < 0 || another conn then { s with conn } else s

    let connect s =
      spend (1 + Construction.next_id s.graph);
      match s.conn with
      | [] -> s
      | top :: _ ->
        { s with graph = Construction.connect store s.graph s.pos top ~port:s.port }

    let func_primitive =
      Function
        (fun f ->
          let f = transition f in
          Function
            (fun k ->
              let k = transition k in
              Transition
                (fun s ->
                  tick ();
                  let after = f s in
                  k (if is_isolated after then s else { s with graph = after.graph }))))

    let if_positions_equal =
      let curry5 g =
        Function (fun a -> Function (fun b -> Function (fun c -> Function (fun d -> Function (fun e ->
          g (transition a) (transition b) (transition c) (transition d) (transition e))))))
      in
      curry5 (fun a b c d e ->
          Transition
            (fun s ->
              tick ();
              e (if (a s).pos = (b s).pos then c s else d s)))

    let meanings =
      [
        ("identity", Transition (fun s -> s));
        ("next_port", Change (turn 1));
        ("prev_port", Change (turn (max_conn - 1)));
        ("func", func_primitive);
        ("if_positions_equal", if_positions_equal);
        ("move", Change move);
        ("add", Change add);
        ("push", Change push);
        ("pop", Change pop);
        ("connect", Change connect);
      ]

    let primitive name = List.assoc name meanings

    type output = Construction.t

    let run v =
      start ();
      Construction.limit store;
      let { graph } = transition v { graph = Construction.root store; pos = 0; port = 0; conn = [] } in
      if Construction.n_nodes graph > 1 && Construction.isolated graph < 0 then Some graph else None

    let keep = Construction.detach
    let key = Construction.degree_key
    let equivalent = equivalent
    let mark = Construction.mark
    let set_mark = Construction.set_mark
  end)
