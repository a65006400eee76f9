let redexes =
  let t = Lambda.Ty.(constant "graph_state" @-> constant "graph_state") in
  let primitives =
    ("identity", t) :: ("func", Lambda.Ty.(t @-> t @-> t))
    :: List.map
         (fun name -> (name, Lambda.Ty.(t @-> t)))
         [ "next_port"; "prev_port"; "move"; "add"; "push"; "pop"; "connect" ]
  in
  let equations make = List.map (fun (left, right) -> make ~primitives left right) in
  equations Grammar.Redex.make
    [
      ("(next_port (prev_port #0))", "#0");
      ("(prev_port (next_port #0))", "#0");
      (* An edge has one port number at both ends: the way back is at the same port. *)
      ("(move (move #0))", "#0");
      (* What was pushed can be dropped: if a node is isolated, another one is below. *)
      ("(push (pop #0))", "#0");
      (* Either the first adds a node, which is then isolated, or nothing changed. *)
      ("(add (add #0))", "(add #0)");
      (* Likewise for ports that are taken. *)
      ("(connect (connect #0))", "(connect #0)");
      (* The top of the stack is the cursor's own node, which has no edge to itself. *)
      ("(push (connect #0))", "(push #0)");
      ("(func identity #0)", "#0");
      (* Neither [push] nor [add] nor [pop] looks at the port or changes it. *)
      ("(push (next_port #0))", "(next_port (push #0))");
      ("(push (prev_port #0))", "(prev_port (push #0))");
      ("(add (next_port #0))", "(next_port (add #0))");
      ("(add (prev_port #0))", "(prev_port (add #0))");
      ("(next_port (pop #0))", "(pop (next_port #0))");
      ("(prev_port (pop #0))", "(pop (prev_port #0))");
      (* [pop] changes the stack only and looks at that and the graph; [move] changes the cursor only and looks at that
         and the graph. *)
      ("(move (pop #0))", "(pop (move #0))");
    ]
  @ equations Grammar.Redex.at_start
      [
        (* Turning all ports of a program by the same number makes the same simple graph. *)
        ("(next_port #0)", "#0");
        ("(prev_port #0)", "#0");
        (* No edge, and nothing on the stack. *)
        ("(move #0)", "#0");
        ("(add #0)", "#0");
        ("(pop #0)", "#0");
        ("(connect #0)", "#0");
      ]
