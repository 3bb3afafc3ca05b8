FILE_PATH: `/tmp/store-${process.pid}.json`
