open Wire

type request = { id : Yojson.Safe.t; answer : Calls.answer; message : Decode.t; progress : bool }

type t = {
  input : Frame.reader;
  output : Unix.file_descr;
  waiting : request Queue.t;
  mutable current : Yojson.Safe.t option;  (* the id of the request under way *)
  mutable cancelled : bool;  (* it was *)
  mutable ended : exn option;  (* why there is nobody to answer any more *)
  mutable at_rest : int;  (* words of the heap between requests, at most *)
}

exception Gone

let look = 0.005 (* seconds between two looks at the input during a search *)
let report = 0.1 (* seconds between two reports *)

let heap_words () = (Gc.quick_stat ()).heap_words

let send t id fields =
  if t.ended = None then
    try Frame.write t.output (Yojson.Safe.to_string (`Assoc (("id", id) :: fields)))
    with Unix.Unix_error _ -> t.ended <- Some Gone

let send_cancelled t id = send t id [ ("cancelled", `Bool true) ]

let send_exception t id e = send t id (Invalid.fields e)

let id d =
  match Decode.json d with (`Int _ | `String _) as id -> id | _ -> Decode.expected d "an integer or a text"

let id_or_null d = try Decode.field d "id" id with Invalid.Error _ -> `Null

let request t d =
  Decode.only d [ "id"; "call"; "message"; "progress" ];
  let fresh d =
    let id = id d in
    if t.current = Some id || Queue.fold (fun found r -> found || r.id = id) false t.waiting then
      Decode.expected d "an id of its own, not that of a request without an answer yet"
    else id
  in
  let call d =
    match Calls.find (Decode.string d) with
    | Some answer -> answer
    | None -> Decode.expected d ("one of " ^ String.concat ", " Calls.names)
  in
  {
    id = Decode.field d "id" fresh;
    answer = Decode.field d "call" call;
    message = Decode.field d "message" Decode.alone;
    progress = Decode.field_or d "progress" ~default:false Decode.bool;
  }

let cancel t id =
  if t.current = Some id then t.cancelled <- true
  else begin
    let others = Queue.create () and found = ref false in
    Queue.iter (fun r -> if r.id = id then found := true else Queue.push r others) t.waiting;
    Queue.clear t.waiting;
    Queue.transfer others t.waiting;
    if !found then send_cancelled t id
  end

let accept t text =
  match Decode.of_string ~where:"" text with
  | exception e -> send_exception t `Null e
  | d -> (
    try
      match Decode.json d with
      | `Assoc [ ("cancel", _) ] -> cancel t (Decode.field d "cancel" id)
      | _ -> Queue.push (request t d) t.waiting
    with Invalid.Error _ as e -> send_exception t (id_or_null d) e)

(* Takes in one frame, and is whether there was one. *)
let arrival t read =
  match read t.input with
  | Frame.Content text ->
    accept t text;
    true
  | Nothing -> false
  | End | (exception Unix.Unix_error _) ->
    t.ended <- Some Gone;
    false
  | exception (Invalid.Error _ as e) ->
    t.ended <- Some e;
    false

let rec arrivals t = if t.ended = None && arrival t Frame.poll then arrivals t

let watch t request =
  let started = Unix.gettimeofday () in
  let looked = ref started and reported = ref started in
  let due last ~every now = now -. !last >= every || now < !last in
  fun enumerated ->
    let now = Unix.gettimeofday () in
    if due looked ~every:look now then begin
      looked := now;
      arrivals t
    end;
    if request.progress && due reported ~every:report now then begin
      reported := now;
      let progress = `Assoc [ ("n_enumerated", `Int enumerated); ("seconds", `Float (now -. started)) ] in
      send t request.id [ ("progress", progress) ]
    end;
    t.ended = None && not t.cancelled

let answer t request =
  t.current <- Some request.id;
  t.cancelled <- false;
  (try send t request.id [ ("result", request.answer ~watch:(watch t request) request.message) ] with
  | Exploration.Cancelled -> send_cancelled t request.id
  | e -> send_exception t request.id e);
  t.current <- None;
  (* A search leaves much behind: the next one may be hours away, and has a memory limit of its own. *)
  if heap_words () > t.at_rest then begin
    Gc.compact ();
    t.at_rest <- max t.at_rest (heap_words ())
  end

let run input output =
  let t = { input = Frame.reader input; output; waiting = Queue.create (); current = None; cancelled = false; ended = None; at_rest = heap_words () } in
  let rec serve () =
    arrivals t;
    match t.ended with
    | Some Gone -> ()
    | Some e -> raise e
    | None ->
      (match Queue.take_opt t.waiting with Some request -> answer t request | None -> ignore (arrival t Frame.next));
      serve ()
  in
  serve ()
