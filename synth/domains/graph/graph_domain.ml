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

let equivalent a b = Isomorphism.isomorphic (Construction.simple a) (Construction.simple b)

let make ?(max_conn = 10) ?(step_limit = 1_000_000) () : (module S) =
  if max_conn <= 0 || max_conn >= 65536 then invalid_arg "Graph_domain.make: max_conn";
  (module struct
    let name = name
    let state_type = state_type
    let primitives = primitives
    let redexes = Graph_equations.redexes

    (* [Change] is the function that takes a continuation, changes the state, and continues: most primitives, and their
       compositions. [Step] is one with its continuation: a function between states like [Identity] and [Transition],
       that nearly every program is, in three words. *)
    type value =
      | State of State.t
      | Identity
      | Step of { change : State.change; continuation : value }
      | Transition of (State.t -> State.t)
      | Change of State.change
      | Function of (value -> value)

    let store = State.store ~max_conn

    exception Step_limit

    let steps_left = ref step_limit
    let start () = steps_left := step_limit

    let spend steps =
      steps_left := !steps_left - steps;
      if !steps_left < 0 then raise Step_limit

    let ill_typed () = invalid_arg "Graph_domain: a value of the wrong kind; was the program type-checked?"
    (* [goes v s] is the state to which the function [v] takes [s]. *)
    let rec goes v s =
      match v with
      | Step { change; continuation } ->
        spend (State.mass change);
        goes continuation (State.apply store change s)
      | Identity -> s
      | Transition f -> f s
      | Function f -> ( match f (State s) with State s -> s | _ -> ill_typed ())
      | State _ | Change _ -> ill_typed ()

    (* [outcome v s] is the graph of [goes v s]. *)
    let rec outcome v s =
      match v with
      | Step { change; continuation = Identity } ->
        spend (State.mass change);
        State.outcome store change s
      | Step { change; continuation } ->
        spend (State.mass change);
        outcome continuation (State.apply store change s)
      | _ -> State.graph (goes v s)

    let apply f x =
      match (f, x) with
      | Change change, (Step _ | Identity | Transition _ | Function _) -> Step { change; continuation = x }
      | Function f, _ -> f x
      | (Identity | Step _ | Transition _), State s -> State (goes f s)
      | _ -> ill_typed ()

    let func f = Function (fun x -> spend 1; f x)

    let compose f g =
      match (f, g) with
      | Change f, Change g -> Change (State.compose f g)
      | _ -> func (fun x -> apply f (apply g x))

    let prepare = function Change c -> Change (State.remember store c) | v -> v

    let func_primitive =
      Function
        (fun f ->
          Function
            (fun k ->
              Transition
                (fun s ->
                  spend 1;
                  let graph = outcome f s in
                  goes k (if Construction.isolated graph >= 0 then s else State.with_graph store s graph))))

    let if_positions_equal =
      let curry5 g = Function (fun a -> Function (fun b -> Function (fun c -> Function (fun d -> Function (fun e -> g a b c d e))))) in
      curry5 (fun a b c d e ->
          Transition
            (fun s ->
              spend 1;
              goes e (goes (if State.pos (goes a s) = State.pos (goes b s) then c else d) s)))

    let meanings =
      let change c = prepare (Change c) in
      [
        ("identity", Identity);
        ("next_port", change (State.turn store 1));
        ("prev_port", change (State.turn store (max_conn - 1)));
        ("func", func_primitive);
        ("if_positions_equal", if_positions_equal);
        ("move", change (State.move store));
        ("add", change (State.add store));
        ("push", change (State.push store));
        ("pop", change (State.pop store));
        ("connect", change (State.connect store));
      ]

    let primitive name = List.assoc name meanings

    type output = Construction.t

    let counts graph =
      if Construction.n_nodes graph > 1 && Construction.isolated graph < 0 then Some graph else None

    let begin_run () =
      start ();
      State.limit store

    let run v =
      begin_run ();
      counts (outcome v (State.start store))

    let run_applied f =
      match f with
      | Change change ->
        let mass = State.mass change in
        fun x ->
          begin_run ();
          spend mass;
          counts
            (match x with
            | Identity -> State.outcome store change (State.start store)
            | _ -> outcome x (State.apply store change (State.start store)))
      | _ ->
        fun x ->
          begin_run ();
          counts (outcome (apply f x) (State.start store))

    let keep = Construction.detach
    let key = Construction.degree_key
    let equivalent = equivalent
    let mark = Construction.mark
    let set_mark = Construction.set_mark
  end)
