console.log("hi", process.argv0);
