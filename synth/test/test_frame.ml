open Wire
open Support

let with_pipe f =
  let output, input = Unix.pipe () in
  let close fd = try Unix.close fd with Unix.Unix_error _ -> () in
  Fun.protect ~finally:(fun () -> close output; close input) (fun () -> f output input)

(* The bytes of the frames, as [write] makes them. *)
let bytes contents =
  let framed content =
    let header = Bytes.create 4 in
    Bytes.set_int32_be header 0 (Int32.of_int (String.length content));
    Bytes.to_string header ^ content
  in
  String.concat "" (List.map framed contents)

(* [text] in pieces of the given lengths, which are taken round and round. *)
let pieces lengths text =
  let rec cut lengths from =
    let left = String.length text - from in
    match lengths with
    | l :: rest when left > 0 -> String.sub text from (min l left) :: cut (rest @ [ l ]) (from + l)
    | _ -> []
  in
  cut lengths 0

let send fd text = ignore (Unix.write_substring fd text 0 (String.length text))

let rec polled r = match Frame.poll r with Frame.Content c -> c :: polled r | Nothing | End -> []
let rec all r = match Frame.next r with Frame.Content c -> c :: all r | Nothing -> Alcotest.fail "next returned nothing" | End -> []

(* Few and short enough for a pipe to hold them all. *)
let contents = QCheck.(list_of_size (Gen.int_bound 20) (string_of_size (Gen.int_bound 300)))
let lengths = QCheck.(list_of_size (Gen.int_range 1 5) (int_range 1 9))

let round_trips =
  [
    property "contents come back whole and in order, however they are cut" (QCheck.pair contents lengths) (fun (contents, lengths) ->
        with_pipe (fun output input ->
            let r = Frame.reader output in
            let come = List.concat_map (fun piece -> send input piece; polled r) (pieces lengths (bytes contents)) in
            Unix.close input;
            come = contents && Frame.poll r = End));
    property "what was written is what is read" contents (fun contents ->
        with_pipe (fun output input ->
            List.iter (Frame.write input) contents;
            Unix.close input;
            all (Frame.reader output) = contents));
    property "a frame takes four bytes more than its content, the length first" QCheck.small_string (fun content ->
        with_pipe (fun output input ->
            Frame.write input content;
            Unix.close input;
            let expected = bytes [ content ] in
            let read = Bytes.create (String.length expected + 1) in
            let n = Unix.read output read 0 (Bytes.length read) in
            Bytes.sub_string read 0 n = expected));
    case "more than a pipe holds goes through in parts, with signals on both sides" (fun () ->
        let contents = List.init 6 (fun i -> String.init (i * 300_000) (fun j -> Char.chr ((i + (j * 7)) land 255))) in
        let disturbed f =
          Sys.set_signal Sys.sigalrm (Signal_handle ignore);
          let every it_interval = ignore (Unix.setitimer ITIMER_REAL { it_interval; it_value = it_interval }) in
          every 0.0005;
          Fun.protect ~finally:(fun () -> every 0.) f
        in
        with_pipe (fun output input ->
            Unix.set_nonblock output;
            Unix.set_nonblock input;
            match Unix.fork () with
            | 0 ->
              Unix.close output;
              Unix._exit (match disturbed (fun () -> List.iter (Frame.write input) contents) with () -> 0 | exception _ -> 1)
            | writer ->
              Unix.close input;
              let come = disturbed (fun () -> all (Frame.reader output)) in
              Alcotest.(check bool) "the same" true (come = contents);
              Alcotest.(check bool) "the writer ended well" true (snd (Unix.waitpid [] writer) = WEXITED 0)));
  ]

let limits =
  [
    case "a poll does not wait for the rest of a frame" (fun () ->
        with_pipe (fun output input ->
            let r = Frame.reader output in
            let text = bytes [ "[1, 2]" ] in
            Alcotest.(check bool) "nothing" true (Frame.poll r = Nothing);
            send input (String.sub text 0 7);
            Alcotest.(check bool) "a part" true (Frame.poll r = Nothing);
            send input (String.sub text 7 3);
            Alcotest.(check bool) "the rest" true (Frame.poll r = Content "[1, 2]")));
    case "a clean end is no error, and stays the end" (fun () ->
        with_pipe (fun output input ->
            Unix.close input;
            let r = Frame.reader output in
            Alcotest.(check bool) "twice" true (Frame.next r = End && Frame.next r = End && Frame.poll r = End)));
    case "nobody reads any more: EPIPE" (fun () ->
        Sys.set_signal Sys.sigpipe Signal_ignore;
        with_pipe (fun output input ->
            Unix.close output;
            match Frame.write input "null" with
            | () -> Alcotest.fail "written"
            | exception Unix.Unix_error (EPIPE, _, _) -> ()));
    case "a content above the limit is not written" (fun () ->
        with_pipe (fun output input ->
            (match Frame.write input (String.make (Frame.limit + 1) ' ') with
            | () -> Alcotest.fail "written"
            | exception Invalid_argument _ -> ());
            Unix.close input;
            Alcotest.(check bool) "nothing" true (Frame.next (Frame.reader output) = End)));
  ]

let length n = let b = Bytes.create 4 in Bytes.set_int32_be b 0 n; Bytes.to_string b

let refused name text ~found ~expected =
  let refuses read =
    with_pipe (fun output input ->
        send input text;
        Unix.close input;
        match read (Frame.reader output) with
        | (_ : Frame.arrival) -> Alcotest.fail "accepted"
        | exception Invalid.Error e -> Alcotest.(check (list string)) "error" [ "frame"; found; expected ] [ e.field; e.found; e.expected ])
  in
  case name (fun () -> refuses Frame.next; refuses Frame.poll)

let malformed =
  [
    refused "a negative length" (length (-1l)) ~found:"a length of -1" ~expected:"0 to 67108864 bytes";
    refused "a length above the limit" (length 67108865l) ~found:"a length of 67108865" ~expected:"0 to 67108864 bytes";
    refused "text without a length" "{\"id\": 1}" ~found:"a length of 2065852772" ~expected:"0 to 67108864 bytes";
    refused "an end in the length" "\000\000" ~found:"the end of the input after 2 bytes" ~expected:"four bytes of length";
    refused "an end before the content" (length 8l) ~found:"the end of the input after 4 bytes" ~expected:"12 bytes in all";
    refused "an end in the content" (length 8l ^ "{\"id\"") ~found:"the end of the input after 9 bytes" ~expected:"12 bytes in all";
  ]

let () = Alcotest.run "frames" [ ("round trips", round_trips); ("limits", limits); ("malformed", malformed) ]
